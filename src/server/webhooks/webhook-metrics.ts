import { Counter, Gauge, Histogram } from 'prom-client';

export const webhookTries = new Counter({
  name: 'atelier_webhook_tries_total',
  help: 'Times that a delivery to a webhook was tried, by how it stood afterwards',
  labelNames: ['status'] as const,
});

export const webhookSeconds = new Histogram({
  name: 'atelier_webhook_seconds',
  help: 'Time that receivers of webhooks take to answer',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const webhooksInFlight = new Gauge({
  name: 'atelier_webhook_tries_in_flight',
  help: 'Deliveries that are being tried',
});
