import type { AcceptedJob } from './job.js';
import { withId } from './jobs.js';
import type { RequestOptions, SubmitOptions } from './options.js';
import { route, type Transport } from './transport.js';

export interface Tool {
  id: string;
  name: string;
  category: string;
  credits_per_use: number;
  description: string;
  /** JSON Schema */
  input_schema: Record<string, unknown>;
  outputs: Record<string, unknown>;
  examples: { title: string; inputs: Record<string, unknown> }[];
}

export interface Execution {
  inputs?: Record<string, unknown>;
  project_id?: string | null;
  /** Only these outputs; left out: all */
  outputs?: string[];
}

export class Tools {
  constructor(private readonly transport: Transport) {}

  list({ signal }: RequestOptions = {}): Promise<{ tools: Tool[] }> {
    return this.transport.get('/tools', { signal });
  }

  async execute(
    toolId: string,
    execution: Execution,
    { idempotencyKey, signal }: SubmitOptions = {},
  ): Promise<AcceptedJob> {
    const request = { body: execution, signal };
    const path = route`/tools/${toolId}/execute`;
    return withId(await this.transport.submit<Omit<AcceptedJob, 'id'>>(path, request, idempotencyKey));
  }
}
