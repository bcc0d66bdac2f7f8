import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import type { PaymentGateway } from './payment-gateway.js';
import { SandboxGateway } from './sandbox-gateway.js';
import { StripeGateway } from './stripe-gateway.js';

/** Who charges for what: Stripe where it is configured, nobody for sandbox keys. */
@Injectable()
export class Gateways {
  private readonly sandbox = new SandboxGateway();
  private readonly live: PaymentGateway | null;

  constructor(@Inject(CONFIG) { stripe }: Pick<Config, 'stripe'>) {
    this.live = stripe.key === '' ? null : new StripeGateway(stripe);
  }

  /** @throws Failure `unavailable` where nobody can be charged */
  for({ sandbox }: { sandbox: boolean }): PaymentGateway {
    const gateway = sandbox ? this.sandbox : this.live;
    if (gateway !== null) return gateway;
    throw new Failure(
      'unavailable',
      'This server sells no credits: it has no payment service. Ask whoever runs it to set STRIPE_SECRET_KEY, or to ' +
        'grant you credits.',
      { kind: 'payment' },
    );
  }
}
