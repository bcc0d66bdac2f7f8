import { Assistant } from './assistant.js';
import { Credits } from './credits.js';
import { APIError, JobFailedError, RateLimitError } from './errors.js';
import { Files } from './files.js';
import { JobNews } from './job-news.js';
import { Jobs } from './jobs.js';
import { Projects } from './projects.js';
import { Tools } from './tools.js';
import { Transport } from './transport.js';
import { User } from './user.js';
import { verifyWebhook } from './verify-webhook.js';
import { Webhooks } from './webhooks.js';

export interface ClientOptions {
  apiKey: string;
  /** Where the API is; left out: `http://127.0.0.1:8000/v1` */
  baseUrl?: string;
  /** How often a request that failed in passing is sent again; left out: 3 */
  maxRetries?: number;
}

/** A client of the API. It holds a connection only while it waits for jobs. */
export class CRAudioViz {
  // `require()` gives this class and nothing beside it.
  static readonly CRAudioViz = CRAudioViz;
  static readonly APIError = APIError;
  static readonly RateLimitError = RateLimitError;
  static readonly JobFailedError = JobFailedError;
  static readonly verifyWebhook = verifyWebhook;

  readonly projects: Projects;
  readonly tools: Tools;
  readonly jobs: Jobs;
  readonly files: Files;
  readonly credits: Credits;
  readonly webhooks: Webhooks;
  readonly assistant: Assistant;
  readonly user: User;

  constructor({ apiKey, baseUrl = 'http://127.0.0.1:8000/v1', maxRetries = 3 }: ClientOptions) {
    if (typeof apiKey !== 'string' || apiKey === '') throw new TypeError('Give the client an apiKey.');
    if (!URL.canParse(baseUrl)) throw new TypeError(`baseUrl must be an address, not “${baseUrl}”.`);
    const transport = new Transport({ apiKey, baseUrl: baseUrl.replace(/\/+$/, ''), maxRetries });
    this.projects = new Projects(transport);
    this.tools = new Tools(transport);
    this.jobs = new Jobs(transport, new JobNews(baseUrl, apiKey));
    this.files = new Files(transport);
    this.credits = new Credits(transport);
    this.webhooks = new Webhooks(transport);
    this.assistant = new Assistant(transport);
    this.user = new User(transport);
  }
}
