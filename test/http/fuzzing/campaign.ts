import fc from 'fast-check';
import { addReferenceModels } from '../../dialects/reference-models.js';
import { call } from '../../harness/api.js';
import { createKey } from '../../harness/keys.js';
import { startServer, type TestServer } from '../../harness/server.js';
import { ledgerProblems } from '../../faults/ledger.js';
import { judgeOf } from './claims.js';
import { type ApiDescription, type Operation, operationsOf } from './document.js';
import { type FuzzRequest, requestsTo } from './requests.js';
import { senderTo, type Sender } from './sender.js';
import { makeStock } from './stock.js';

export interface Campaign {
  server: TestServer;
  operations: Operation[];
  /** Sends so many requests to each endpoint. Tells of each that answers wrongly the smallest such request, and the seed. */
  attack(options: { seed: number; requests: number }): Promise<string[]>;
  /** requests that were answered, by status; those that nobody waited for are `left` */
  answers: Map<string, number>;
  /** what the log says of faults of ours */
  faults(): string[];
  /** Stops the server and says what is wrong with its ledger. */
  end(): Promise<string[]>;
}

/** endpoints that are asked at the same time */
const lanes = 4;

/** A server with a model, three listeners and two accounts that have one thing of each kind. */
export async function startCampaign(): Promise<Campaign> {
  const server = await startServer({
    env: {
      ATELIER_STARTER_MODELS: 'off',
      ATELIER_KREA_PORT: 'auto',
      ATELIER_VISUALIZR_PORT: 'auto',
      ATELIER_KREA_LIMITS: 'off',
      ATELIER_WEBHOOK_ALLOW_LOOPBACK: '1',
    },
  });
  const [other] = await Promise.all([
    createKey(server.home, { credits: 1_000_000 }),
    addReferenceModels(server),
  ]);
  const { body: document } = await call<ApiDescription>(server, 'GET', '/docs/json');
  const make = async (body: object) =>
    (await call<{ key: string }>(server, 'POST', '/v1/keys', { body })).body.key;
  const sender = senderTo({
    urls: { main: server.url, 'flux-krea': server.urlOf('flux-krea'), visualizr: server.urlOf('visualizr') },
    keys: {
      own: server.key,
      other,
      sandbox: await make({ name: 'Sandbox', sandbox: true }),
      reader: await make({ name: 'Reader', scopes: ['read'] }),
      stranger: 'atl_live_nobody',
    },
    own: await makeStock(server),
    other: await makeStock({ url: server.url, key: other }),
  });
  const judge = judgeOf(document, server.home);
  const operations = operationsOf(document);
  const answers = new Map<string, number>();

  const check = async (operation: Operation, request: FuzzRequest): Promise<void> => {
    const answer = await sender.send(request);
    const outcome = answer === 'left' ? answer : String(answer.status);
    answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
    if (answer === 'left') return;
    const problems = judge(operation, request, answer);
    if (problems.length > 0) throw new Error(`${answer.status}: ${problems.join('\n')}`);
    if (answer.status === 202) await cancel(sender, request, answer.text);
  };

  return {
    server,
    operations,
    answers,
    async attack({ seed, requests }) {
      const failed: string[] = [];
      const waiting = [...operations];
      const work = async (): Promise<void> => {
        for (let operation = waiting.shift(); operation !== undefined; operation = waiting.shift()) {
          const { name } = operation;
          const property = fc.asyncProperty(requestsTo(operation), check.bind(undefined, operation));
          await fc
            .assert(property, { seed, numRuns: requests, includeErrorInReport: true })
            .catch((error: Error) => failed.push(`${name}: ${error.message}`));
        }
      };
      await Promise.all(Array.from({ length: lanes }, work));
      return failed;
    },
    faults: () =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('"correlationId"') || line.includes('"level":60')),
    async end() {
      sender.close();
      await server.kill();
      const problems = await ledgerProblems(server.home);
      await server.stop();
      return problems;
    },
  };
}

/** What was accepted need not be made. */
async function cancel(sender: Sender, { caller }: FuzzRequest, text: string): Promise<void> {
  const { job_id: job, id } = JSON.parse(text) as Record<string, string>;
  const path = job !== undefined ? `/v1/jobs/${job}/cancel` : `/v1/generate/cancel/${id ?? ''}`;
  await sender.send({ listener: 'main', caller, method: 'POST', path, headers: {} });
}
