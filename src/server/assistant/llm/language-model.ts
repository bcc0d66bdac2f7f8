import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { z } from 'zod';
import type { Config } from '../../../config.js';
import { CONFIG } from '../../config.token.js';

/** A message as the API of OpenAI has it (https://platform.openai.com/docs/api-reference/chat). */
export type ModelMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: WireCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

export interface ModelFunction {
  type: 'function';
  function: { name: string; description: string; parameters: Record<string, unknown> };
}

/** What the model says: text, calls of functions, or both. */
export interface Completion {
  content: string;
  calls: WireCall[];
}

export type Complete = (messages: ModelMessage[], functions: ModelFunction[]) => Promise<Completion>;

const callSchema = z.object({
  id: z.string().default('call'),
  type: z.literal('function').default('function'),
  function: z.object({
    name: z.string(),
    // Some servers send the object itself.
    arguments: z
      .union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))])
      .default('{}'),
  }),
});
type WireCall = z.output<typeof callSchema>;

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), tool_calls: z.array(callSchema).nullish() }),
      }),
    )
    .min(1),
});
const modelListSchema = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });

const largestAnswerBytes = 1_000_000;
/** How long an endpoint is left alone that did not answer in time, so that not every message waits for it. */
const restMs = 30_000;

/** The endpoint that speaks for the assistant, where one is configured. */
@Injectable()
export class LanguageModel {
  private readonly settings: Config['llm'];
  private readonly base: string;
  private model: string;
  private restsUntil = 0;

  constructor(@Inject(CONFIG) config: Pick<Config, 'llm'>) {
    this.settings = config.llm;
    this.base = baseOf(config.llm.url);
    this.model = config.llm.model;
  }

  get isConfigured(): boolean {
    return this.settings.url !== '';
  }

  /**
   * @param signal of the whole turn: one message may need several completions
   * @throws Failure `unavailable`
   */
  async complete(
    messages: ModelMessage[],
    functions: ModelFunction[],
    signal: AbortSignal,
  ): Promise<Completion> {
    if (Date.now() < this.restsUntil) throw unavailable('it did not answer in time a moment ago');
    if (this.model === '') this.model = await this.firstModel(signal);
    const body = { model: this.model, messages, tools: functions, tool_choice: 'auto' };
    const answer = await this.fetch(
      '/chat/completions',
      { method: 'POST', body: JSON.stringify(body) },
      signal,
    );
    const parsed = completionSchema.safeParse(answer);
    if (!parsed.success) throw unavailable('it does not answer as the API of OpenAI does');
    const { content, tool_calls: calls } = parsed.data.choices[0]!.message;
    return { content: content?.trim() ?? '', calls: calls ?? [] };
  }

  /** A turn that took too long counts against the endpoint. */
  rest(): void {
    this.restsUntil = Date.now() + restMs;
  }

  get timeoutMs(): number {
    return this.settings.timeoutMs;
  }

  /** Servers with one model list it; those that list none take any name. */
  private async firstModel(signal: AbortSignal): Promise<string> {
    const listed = await this.fetch('/models', {}, signal).then(modelListSchema.safeParse, () => null);
    return listed?.data?.data[0]?.id ?? 'default';
  }

  private async fetch(path: string, init: RequestInit, signal: AbortSignal): Promise<unknown> {
    const { key } = this.settings;
    const headers = {
      'content-type': 'application/json',
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
    };
    try {
      const response = await fetch(this.base + path, { ...init, headers, signal, redirect: 'error' });
      const text = await textOf(response);
      if (!response.ok) throw unavailable(`it answered with status ${response.status}`);
      return JSON.parse(text);
    } catch (error) {
      if (Failure.is(error)) throw error;
      const { cause, message } = error as { cause?: { code?: string }; message?: string };
      throw unavailable(cause?.code ?? message ?? 'no answer', error);
    }
  }
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > largestAnswerBytes) throw unavailable('its answer is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** An address without a path means the version that everybody serves. */
function baseOf(url: string): string {
  const base = url.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  return /^https?:\/\/[^/]+$/.test(base) ? `${base}/v1` : base;
}

function unavailable(reason: string, cause?: unknown): Failure {
  return new Failure(
    'unavailable',
    `The language model cannot be used (${reason}).`,
    { kind: 'llm' },
    { cause },
  );
}
