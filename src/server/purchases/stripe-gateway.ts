import { Logger } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import Stripe from 'stripe';
import type { Payment, PaymentGateway, PaymentOutcome } from './payment-gateway.js';

export interface StripeAccess {
  key: string;
  url: string;
  /** for each of two tries */
  timeoutMs?: number;
}

/** How far Stripe's clock and ours may be apart. */
const skewSeconds = 600;
/** How long after its purchase a charge may still have been made. */
const longestSeconds = 2 * 3600;

/** Payments by card as Stripe's PaymentIntents, confirmed as they are created: https://docs.stripe.com/api/payment_intents */
export class StripeGateway implements PaymentGateway {
  private readonly log = new Logger('Stripe');
  private readonly stripe: Stripe;

  constructor({ key, url, timeoutMs = 10_000 }: StripeAccess) {
    const { protocol, hostname, port } = new URL(url);
    this.stripe = new Stripe(key, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      timeout: timeoutMs,
      maxNetworkRetries: 1,
      telemetry: false,
    });
  }

  async charge(payment: Payment): Promise<PaymentOutcome> {
    try {
      const method = await this.methodOf(payment);
      const intent = await this.stripe.paymentIntents.create(intentOf(payment, method), {
        idempotencyKey: payment.id,
      });
      const outcome = outcomeOf(intent);
      if (outcome === null) throw unknownOutcome();
      return outcome;
    } catch (error) {
      return this.explain(error);
    }
  }

  /** Lists and does not search: Stripe's search may lag behind by an hour. */
  async find({ id, createdAt }: Payment): Promise<PaymentOutcome | null> {
    const from = Math.floor(createdAt / 1000) - skewSeconds;
    const created = { gte: from, lte: from + 2 * skewSeconds + longestSeconds };
    try {
      for await (const intent of this.stripe.paymentIntents.list({ created, limit: 100 })) {
        if (intent.metadata.purchase_id !== id) continue;
        const outcome = outcomeOf(intent);
        if (outcome === null) throw unknownOutcome();
        return outcome;
      }
      return null;
    } catch (error) {
      this.log.warn({ msg: 'Stripe could not be asked for a payment', purchaseId: id, ...told(error) });
      throw unknownOutcome(error);
    }
  }

  /** Tokens of Stripe's older forms become a payment method first: https://docs.stripe.com/api/payment_methods/create */
  private async methodOf({ id, method }: Payment): Promise<string> {
    if (!method.startsWith('tok_')) return method;
    const created = await this.stripe.paymentMethods.create(
      { type: 'card', card: { token: method } },
      { idempotencyKey: `${id}-method` },
    );
    return created.id;
  }

  private explain(error: unknown): PaymentOutcome {
    const { errors } = Stripe;
    if (error instanceof errors.StripeCardError) return declined(error.message);
    // A conflict says no more than that an earlier try is under way.
    if (error instanceof errors.StripeInvalidRequestError && error.statusCode !== 409) {
      this.log.warn({ msg: 'Stripe refused a payment', ...told(error) });
      return declined(error.message);
    }
    const isOurs =
      error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError;
    if (isOurs) this.log.error({ msg: 'Stripe refuses STRIPE_SECRET_KEY; set one that is valid' });
    else this.log.warn({ msg: 'Stripe has not said what became of a payment', ...told(error) });
    throw unknownOutcome(error);
  }
}

function intentOf({ id, cents, description }: Payment, method: string): Stripe.PaymentIntentCreateParams {
  return {
    amount: cents,
    currency: 'usd',
    confirm: true,
    // Nobody is there who could be sent to a page of the bank.
    error_on_requires_action: true,
    allowed_payment_method_types: ['card'],
    payment_method: method,
    description,
    metadata: { purchase_id: id },
  };
}

/** null while Stripe itself does not know. */
function outcomeOf({ id, status, last_payment_error: error }: Stripe.PaymentIntent): PaymentOutcome | null {
  if (status === 'succeeded') return { state: 'charged', paymentId: id };
  if (status === 'processing') return null;
  return declined(error?.message ?? 'The payment was not completed');
}

function declined(text: string): PaymentOutcome {
  return { state: 'declined', reason: /[.!?]$/.test(text) ? text : `${text}.` };
}

/** What the log needs of an error; the whole of it has a hundred lines. */
function told(error: unknown): object {
  if (!(error instanceof Stripe.errors.StripeError)) return { err: error };
  const { type, code, message, requestId } = error;
  return { type, code, reason: message, requestId };
}

function unknownOutcome(cause?: unknown): Failure {
  if (Failure.is(cause)) return cause;
  return new Failure(
    'unavailable',
    'The payment service has not said yet whether the payment went through. Send the request again with the same ' +
      'Idempotency-Key, or look at your transactions in a few minutes; you are not charged twice.',
    { retryAfterSeconds: 30 },
    { cause },
  );
}
