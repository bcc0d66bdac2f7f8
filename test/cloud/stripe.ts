import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';

/**
 * `down`: 500 before anything happens. `lost`: it charges and its connection breaks. `silent`: it charges and says nothing.
 * `slow`: it answers late. `hanging`: it takes the request and does nothing at all.
 */
export type Mood = 'well' | 'down' | 'lost' | 'silent' | 'slow' | 'hanging';

interface Reply {
  status: number;
  body: object;
}

interface Intent {
  id: string;
  object: 'payment_intent';
  amount: number;
  currency: string;
  status: 'succeeded';
  created: number;
  payment_method: string;
  description: string;
  metadata: Record<string, string>;
  livemode: false;
}

interface Remembered {
  params: string;
  reply: Promise<Reply>;
  isDone: boolean;
}

/** As much of Stripe's HTTP API as paying by card needs, with its idempotency keys: https://docs.stripe.com/api/idempotent_requests */
export class StripeStandIn {
  mood: Mood = 'well';
  /** what was charged */
  readonly charges: Intent[] = [];
  /** method, path and idempotency key of each request, as in `POST /v1/payment_intents purchase_1` */
  readonly requests: string[] = [];
  private readonly remembered = new Map<string, Remembered>();
  private readonly server = http.createServer((request, response) => {
    void this.take(request, response);
  });

  constructor(readonly key = 'sk_test_stand_in') {}

  static async start(): Promise<StripeStandIn> {
    const standIn = new StripeStandIn();
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? '/', this.url);
    const key = request.headers['idempotency-key'];
    this.requests.push([request.method, url.pathname, key ?? ''].join(' ').trim());
    if (this.mood === 'hanging') return;
    const isKnown = request.headers.authorization === `Bearer ${this.key}`;
    const reply = isKnown
      ? await this.answer(request.method ?? '', url, text, key?.toString())
      : error(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_****' });
    if (this.mood === 'silent') return;
    if (this.mood === 'lost') return void response.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json', 'stripe-should-retry': 'false' });
    response.end(JSON.stringify(reply.body));
  }

  private async answer(method: string, { pathname, searchParams }: URL, text: string, key?: string) {
    if (this.mood === 'down') return error(500, { type: 'api_error', message: 'Stripe is unwell' });
    if (method === 'GET' && pathname === '/v1/payment_intents') return this.list(searchParams);
    const params = new URLSearchParams(text);
    if (method === 'POST' && pathname === '/v1/payment_methods')
      return this.once(key, text, async () => ({ status: 200, body: methodOf(params) }));
    if (method === 'POST' && pathname === '/v1/payment_intents')
      return this.once(key, text, () => this.charge(params));
    return error(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${pathname})` });
  }

  private async once(key: string | undefined, params: string, act: () => Promise<Reply>): Promise<Reply> {
    if (key === undefined) return act();
    const known = this.remembered.get(key);
    if (known === undefined) {
      const entry: Remembered = { params, reply: act(), isDone: false };
      this.remembered.set(key, entry);
      await entry.reply;
      entry.isDone = true;
      return entry.reply;
    }
    if (known.params !== params) {
      const message = 'Keys for idempotent requests can only be used with the same parameters.';
      return error(400, { type: 'idempotency_error', message });
    }
    if (known.isDone) return known.reply;
    return error(409, { type: 'invalid_request_error', code: 'idempotency_key_in_use', message: 'In use' });
  }

  private async charge(params: URLSearchParams): Promise<Reply> {
    if (this.mood === 'slow') await delay(1_100);
    const method = params.get('payment_method') ?? '';
    const amount = Number(params.get('amount'));
    const refused = refusal(method, amount);
    if (refused !== null) return refused;
    const intent: Intent = {
      id: `pi_${this.charges.length + 1}`,
      object: 'payment_intent',
      amount,
      currency: params.get('currency') ?? '',
      status: 'succeeded',
      created: Math.floor(Date.now() / 1000),
      payment_method: method,
      description: params.get('description') ?? '',
      metadata: { purchase_id: params.get('metadata[purchase_id]') ?? '' },
      livemode: false,
    };
    this.charges.push(intent);
    return { status: 200, body: intent };
  }

  private list(params: URLSearchParams): Reply {
    const from = Number(params.get('created[gte]') ?? 0);
    const to = Number(params.get('created[lte]') ?? Infinity);
    const data = this.charges.filter(({ created }) => created >= from && created <= to).reverse();
    return { status: 200, body: { object: 'list', url: '/v1/payment_intents', has_more: false, data } };
  }
}

function methodOf(params: URLSearchParams): object {
  return { id: `pm_of_${params.get('card[token]')}`, object: 'payment_method', type: params.get('type') };
}

function refusal(method: string, amount: number): Reply | null {
  if (method === 'pm_card_chargeDeclined') {
    const more = { code: 'card_declined', decline_code: 'generic_decline' };
    return error(402, { type: 'card_error', message: 'Your card was declined.', ...more });
  }
  if (!method.startsWith('pm_card_') && !method.startsWith('pm_of_tok_')) {
    const message = `No such PaymentMethod: '${method}'`;
    return error(400, { type: 'invalid_request_error', code: 'resource_missing', message });
  }
  if (amount >= 50) return null;
  const message = 'Amount must be at least $0.50 usd';
  return error(400, { type: 'invalid_request_error', code: 'amount_too_small', message });
}

function error(status: number, body: Record<string, string>): Reply {
  return { status, body: { error: body } };
}
