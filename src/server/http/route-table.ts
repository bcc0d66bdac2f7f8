import type { FastifyInstance } from 'fastify';

/** Which methods a path takes: the router itself only knows that the one asked for is not among them. */
export class RouteTable {
  private readonly routes: { method: string; path: RegExp }[] = [];

  /** Must be called before the routes are declared. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) this.add(each, url);
    });
  }

  /** @param pattern as Fastify writes it: `/v1/jobs/:id`, or `/docs/*` */
  add(method: string, pattern: string): void {
    const source = pattern
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[^/]+/g, '[^/]+')
      .replace(/\*/g, '.*');
    this.routes.push({ method, path: new RegExp(`^${source}$`) });
  }

  methods(path: string): string[] {
    return [
      ...new Set(this.routes.filter((route) => route.path.test(path)).map((route) => route.method)),
    ].sort();
  }
}
