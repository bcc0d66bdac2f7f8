import type { Payment, PaymentGateway, PaymentOutcome } from './payment-gateway.js';

/** Stripe's own names for a card that is declined in tests: https://docs.stripe.com/testing#declined-payments */
const declined = new Set(['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined', 'tok_chargeDeclined']);

/** The gateway behind sandbox keys: answers as a real one does and charges nobody. */
export class SandboxGateway implements PaymentGateway {
  async charge({ id, method }: Payment): Promise<PaymentOutcome> {
    if (declined.has(method)) return { state: 'declined', reason: 'Your card was declined.' };
    return { state: 'charged', paymentId: `sandbox_${id}` };
  }

  find(payment: Payment): Promise<PaymentOutcome> {
    return this.charge(payment);
  }
}
