export interface Payment {
  /** the purchase's: a gateway that is asked again with it makes no second charge */
  id: string;
  cents: number;
  /** what stands for the card, as the caller got it from the gateway's own form */
  method: string;
  /** what the card is charged for, as shown to its holder */
  description: string;
  /** ms since 1970 */
  createdAt: number;
}

export type PaymentOutcome =
  | { state: 'charged'; paymentId: string }
  /** `reason` is a sentence for whoever pays */
  | { state: 'declined'; reason: string };

/** Whoever takes money from cards. What a method throws says that the outcome is not known, and that asking again may tell. */
export interface PaymentGateway {
  /** Charges once for the payment's id, however often it is asked within a day. @throws Failure `unavailable` */
  charge(payment: Payment): Promise<PaymentOutcome>;
  /** What became of a payment, without charging; null when there has been no charge. @throws Failure `unavailable` */
  find(payment: Payment): Promise<PaymentOutcome | null>;
}
