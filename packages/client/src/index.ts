import { CRAudioViz } from './client.js';

export { CRAudioViz, type ClientOptions } from './client.js';
export { APIError, JobFailedError, RateLimitError } from './errors.js';
export { verifyWebhook } from './verify-webhook.js';
export type { ChatHistory, ChatMessage, ChatReply } from './assistant.js';
export type { Balance, Purchase, Transaction } from './credits.js';
export type { File, UploadOptions } from './files.js';
export type { AcceptedJob, Job, JobProgress, JobResult } from './job.js';
export type { WaitOptions } from './jobs.js';
export type { Deleted, Page, RequestOptions, SubmitOptions } from './options.js';
export type { Item, Project, ProjectWithItems } from './projects.js';
export type { Execution, Tool } from './tools.js';
export type { Profile } from './user.js';
export type { Delivery, DeliveryDetails, Webhook, WebhookEvent, WebhookWithSecret } from './webhooks.js';

// By the second name `require()` of Node gives the class itself.
export { CRAudioViz as default, CRAudioViz as 'module.exports' };
