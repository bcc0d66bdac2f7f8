import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { Failure } from '@atelier/sdk';

const port = (standard: number) => z.coerce.number().int().min(0).max(65_535).default(standard);
/** A port on which clients of one documented API look for it. */
const compatibilityPort = (standard: number) =>
  z.union([z.literal('auto'), z.coerce.number().int().min(0).max(65_535)]).default(standard);
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);
const folders = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(path.delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => path.resolve(folder)),
  );
const httpUrl = z.string().refine((text) => text === '' || (/^https?:/i.test(text) && URL.canParse(text)), {
  error: 'must be an http or https address',
});
interface TierQuota {
  minute?: number;
  hour?: number;
}
/** Generations per minute and hour of each tier; none of them has a limit when it is `off`. */
const tierQuotas = (standard: string) =>
  z
    .string()
    .regex(/^(off|\d{1,9}\/\d{1,9}(,\d{1,9}\/\d{1,9}){2})$/, {
      error: 'must be "off" or three pairs such as 10/100,30/500,60/2000',
    })
    .default(standard)
    .transform((text) => {
      const quotas = text === 'off' ? [] : text.split(',').map((pair) => pair.split('/').map(Number));
      const [anonymous = {}, authenticated = {}, pro = {}] = quotas.map(([minute, hour]): TierQuota => ({
        minute,
        hour,
      }));
      return { anonymous, authenticated, pro };
    });
const megabytes = (standard: number) => count(standard).transform((mb) => mb * 1_000_000);

/** Every variable of the environment that Atelier reads. The table in the README is made from it. */
export const environmentSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: port(8000).describe('Port to listen on; 0 takes a free one'),
  ATELIER_KREA_PORT: compatibilityPort(7860).describe(
    'Port at which clients of flux-krea look for it; 0 switches it off, `auto` takes a free one',
  ),
  ATELIER_VISUALIZR_PORT: compatibilityPort(8002).describe(
    'Port at which clients of visualizr look for it; 0 switches it off, `auto` takes a free one',
  ),
  ATELIER_PUBLIC_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe(
      'Address under which others reach this server, for links in webhooks; default where it listens',
    ),
  ATELIER_WEBHOOK_ALLOW_LOOPBACK: z
    .stringbool({ truthy: ['1', 'true', 'yes', 'on'], falsy: ['0', 'false', 'no', 'off', ''] })
    .default(false)
    .describe('Whether webhooks may be sent to this machine, `1` for development; default off'),
  ATELIER_HOME: z
    .string()
    .default('./data')
    .transform((folder) => path.resolve(folder))
    .describe('Folder for the database, assets, models and logs'),
  ATELIER_PLUGINS: folders.describe('Further folders with plugins, separated like PATH'),
  ATELIER_MODELS: folders.describe('Further folders with models, separated like PATH'),
  ATELIER_STARTER_MODELS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether the small models that ship are there; `off` where only real ones are to be offered'),
  ATELIER_IMPORT: folders.describe(
    'Folders whose pictures requests may name by path and in which `storagePath` may lie, separated like PATH',
  ),
  ATELIER_DEFAULT_MODEL: z
    .string()
    .default('')
    .describe(
      'Model for tools that are called without one; default the installed one with the highest priority',
    ),
  HF_ENDPOINT: z
    .string()
    .default('https://huggingface.co')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('Where `atelier models pull` fetches from'),
  HF_TOKEN: z.string().default('').describe('Token of Hugging Face, for models that need one'),
  ATELIER_DEVICES: z
    .string()
    .default('auto')
    .describe('`auto`, or a list such as `cuda:0=24000,cpu:0=8000` (memory in MiB)'),
  ATELIER_CPU_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .default(Math.min(4, os.availableParallelism()))
    .describe('Worker processes for nodes that need no accelerator; default min(4, cores)'),
  ATELIER_WORKER_MEMORY_MIB: count(4096).describe(
    'A worker above this is replaced once it is idle, and killed above twice as much',
  ),
  ATELIER_QUEUE_LIMIT: count(20_000).describe('Jobs that may wait before new ones are refused'),
  ATELIER_NODE_TIMEOUT_S: count(600).describe('Seconds a node may take when its pipeline does not say'),
  ATELIER_JOB_TIMEOUT_S: count(86_400).describe('Seconds a job may take once it has started'),
  ATELIER_UPLOAD_LIMIT_MB: megabytes(100).describe('Largest upload'),
  ATELIER_BODY_LIMIT_MB: megabytes(10).describe('Largest JSON body'),
  ATELIER_PIXEL_LIMIT_MP: count(100)
    .transform((mp) => mp * 1_000_000)
    .describe('Largest picture that is decoded, in megapixels'),
  ATELIER_CACHE_LIMIT_MB: megabytes(2_000).describe(
    'Disk space for results of nodes that are kept for reuse',
  ),
  ATELIER_RETENTION_DAYS: count(30).describe('Days that ended jobs and their results are kept'),
  ATELIER_CREDITS_LOW: z.coerce
    .number()
    .int()
    .min(0)
    .default(100)
    .describe('Credits below which an account is told so by the event `credits.low`'),
  ATELIER_CREDIT_PRICE_CENTS: count(8).describe('Price of one credit, in US cents'),
  STRIPE_SECRET_KEY: z.string().default('').describe('Key of Stripe; without it nobody can buy credits'),
  STRIPE_API_BASE: z
    .url({ protocol: /^https?$/ })
    .default('https://api.stripe.com')
    .describe('Where payments are made'),
  ATELIER_JWT_SECRET: z
    .string()
    .refine((secret) => secret === '' || secret.length >= 32, { error: 'must have 32 characters or more' })
    .default('')
    .describe('Secret that bearer tokens are signed with (HS256), 32 characters or more'),
  ATELIER_JWKS_URL: httpUrl
    .default('')
    .describe('Where the public keys are that bearer tokens are checked with (RS256, ES256)'),
  ATELIER_JWT_ISSUER: z.string().default('').describe('Issuer that bearer tokens must name; default any'),
  ATELIER_JWT_AUDIENCE: z.string().default('').describe('Audience that bearer tokens must name; default any'),
  ATELIER_KREA_LIMITS: tierQuotas('10/100,30/500,60/2000').describe(
    'Generations of flux-krea per minute/hour: without a key, with one, with one of pro; `off` for any number',
  ),
  ATELIER_LLM_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('OpenAI-compatible API that speaks for the assistant, such as `https://api.openai.com/v1`'),
  ATELIER_LLM_KEY: z.string().default('').describe('Key for ATELIER_LLM_URL, where it needs one'),
  ATELIER_LLM_MODEL: z.string().default('').describe('Model to ask there; default the first that it lists'),
  ATELIER_LLM_TIMEOUT_S: count(30).describe('Seconds after which the assistant answers without it'),
  ATELIER_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least important level that is logged'),
});

/** The settings of one process, read once at its start. */
export type Config = Readonly<ReturnType<typeof loadConfig>>;

/**
 * Reads and checks the environment; an empty one gives a working local setup.
 * @throws Failure `invalid-input` naming every variable that is wrong
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) throw new Failure('invalid-input', problems(parsed.error));
  const values = parsed.data;
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    kreaPort: values.ATELIER_KREA_PORT,
    visualizrPort: values.ATELIER_VISUALIZR_PORT,
    publicUrl: values.ATELIER_PUBLIC_URL,
    webhookAllowLoopback: values.ATELIER_WEBHOOK_ALLOW_LOOPBACK,
    home: values.ATELIER_HOME,
    plugins: values.ATELIER_PLUGINS,
    models: values.ATELIER_MODELS,
    starterModels: values.ATELIER_STARTER_MODELS === 'on',
    defaultModel: values.ATELIER_DEFAULT_MODEL,
    hub: { url: values.HF_ENDPOINT, token: values.HF_TOKEN },
    imports: values.ATELIER_IMPORT,
    devices: values.ATELIER_DEVICES,
    cpuWorkers: values.ATELIER_CPU_WORKERS,
    workerMemoryMiB: values.ATELIER_WORKER_MEMORY_MIB,
    queueLimit: values.ATELIER_QUEUE_LIMIT,
    nodeTimeoutMs: values.ATELIER_NODE_TIMEOUT_S * 1000,
    jobTimeoutMs: values.ATELIER_JOB_TIMEOUT_S * 1000,
    uploadLimitBytes: values.ATELIER_UPLOAD_LIMIT_MB,
    bodyLimitBytes: values.ATELIER_BODY_LIMIT_MB,
    pixelLimit: values.ATELIER_PIXEL_LIMIT_MP,
    cacheLimitBytes: values.ATELIER_CACHE_LIMIT_MB,
    retentionDays: values.ATELIER_RETENTION_DAYS,
    creditsLow: values.ATELIER_CREDITS_LOW,
    creditPriceCents: values.ATELIER_CREDIT_PRICE_CENTS,
    stripe: { key: values.STRIPE_SECRET_KEY, url: values.STRIPE_API_BASE },
    jwt: {
      secret: values.ATELIER_JWT_SECRET,
      keySetUrl: values.ATELIER_JWKS_URL,
      issuer: values.ATELIER_JWT_ISSUER,
      audience: values.ATELIER_JWT_AUDIENCE,
    },
    kreaQuotas: values.ATELIER_KREA_LIMITS,
    llm: {
      url: values.ATELIER_LLM_URL,
      key: values.ATELIER_LLM_KEY,
      model: values.ATELIER_LLM_MODEL,
      timeoutMs: values.ATELIER_LLM_TIMEOUT_S * 1000,
    },
    logLevel: values.ATELIER_LOG_LEVEL,
  });
}

/** The environment of a process that this one starts: its own, and these variables. Plugins run there, whose business others' keys are not. */
export function childEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { STRIPE_SECRET_KEY: _, ATELIER_LLM_KEY: __, ...own } = process.env;
  return { ...own, ...added };
}

function problems(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return `The environment has values that Atelier cannot use. ${lines.join('; ')}`;
}
