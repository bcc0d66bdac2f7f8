declare module 'autocannon' {
  interface Load {
    url: string;
    method?: 'GET' | 'POST';
    headers?: Record<string, string>;
    body?: string;
    /** seconds */
    duration: number;
    connections: number;
  }
  interface Result {
    requests: { average: number };
    latency: { p99: number };
    non2xx: number;
  }
  export default function autocannon(load: Load): Promise<Result>;
}
