import { readFileSync } from 'node:fs';
import path from 'node:path';
import { call } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';

interface Operation {
  operationId: string;
  summary?: string;
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

interface Documented {
  spec: string;
  /** the title of the test of each endpoint */
  endpoints: Record<string, string>;
}

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startServer();
  document = (await call<Document>(server, 'GET', '/docs/json', { key: null })).body;
}, 90_000);
afterAll(() => server.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      ...operation,
    })),
  );

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and names every endpoint', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations().map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'GET /health',
        'GET /metrics',
        'GET /v1/tools',
        'POST /v1/tools/{id}/execute',
        'POST /v1/jobs',
        'GET /v1/jobs',
        'GET /v1/jobs/{id}',
        'POST /v1/jobs/{id}/cancel',
        'POST /v1/jobs/{id}/retry',
        'GET /v1/jobs/{id}/events',
        'POST /v1/files/upload',
        'GET /v1/files',
        'GET /v1/files/{id}',
        'GET /v1/files/{id}/download',
        'DELETE /v1/files/{id}',
        'POST /v1/projects',
        'GET /v1/projects',
        'GET /v1/projects/{id}',
        'PATCH /v1/projects/{id}',
        'DELETE /v1/projects/{id}',
        'GET /v1/projects/{id}/items',
        'GET /v1/projects/{id}/items/{itemId}',
        'DELETE /v1/projects/{id}/items/{itemId}',
        'GET /v1/items/{id}',
        'DELETE /v1/items/{id}',
        'GET /v1/pipelines',
        'POST /v1/pipelines',
        'POST /v1/pipelines/validate',
        'GET /v1/pipelines/{id}',
        'PUT /v1/pipelines/{id}',
        'DELETE /v1/pipelines/{id}',
        'GET /v1/pipelines/{id}/export',
        'POST /v1/webhooks',
        'GET /v1/webhooks',
        'GET /v1/webhooks/{id}',
        'PATCH /v1/webhooks/{id}',
        'DELETE /v1/webhooks/{id}',
        'POST /v1/webhooks/{id}/secret',
        'POST /v1/webhooks/{id}/test',
        'GET /v1/webhooks/{webhook}/deliveries',
        'GET /v1/webhooks/{webhook}/deliveries/{id}',
        'POST /v1/webhooks/{webhook}/deliveries/{id}/replay',
        'GET /v1/plugins',
        'GET /v1/system',
        'POST /v1/generate/image',
        'GET /v1/generate/status/{id}',
        'GET /v1/styles',
        'GET /v1/styles/{id}',
        'GET /v1/models',
        'GET /v1/models/{id}',
      ]),
    );
  });

  it('says of every endpoint what it does, what it answers and how it fails', () => {
    for (const { name, summary, responses, security } of operations()) {
      expect({ name, summary }).toEqual({ name, summary: expect.stringMatching(/^[A-Z]/) });
      expect({ name, answers: Object.keys(responses).some((status) => /^2/.test(status)) }).toEqual({
        name,
        answers: true,
      });
      if (!name.includes('/v1/')) continue;
      expect({ name, failure: responses.default?.content?.['application/json']?.schema }).toEqual({
        name,
        failure: { $ref: `#/components/schemas/${errorOf(name)}` },
      });
      expect({ name, security }).toEqual({ name, security: [{ bearer: [] }] });
    }
  });

  it('comes from the schemas that check the requests', () => {
    const body =
      document.paths['/v1/tools/{id}/execute']?.post?.requestBody?.content['application/json']?.schema;
    expect(body).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { project_id: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    });
    const answer =
      document.paths['/v1/files/{id}']?.get?.responses['200']?.content?.['application/json']?.schema;
    expect(answer).toEqual({ $ref: '#/components/schemas/File' });
    expect(document.components.schemas.File).toMatchObject({
      properties: { size: { type: 'integer', description: 'Bytes' } },
    });
  });

  it('refers to nothing that it does not hold, and gives every operation a name of its own', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference,
    );
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(known).toEqual(expect.arrayContaining([...new Set(references)]));
    const names = operations().map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(
  Object.entries(JSON.parse(read('test/dialects/documented.json')) as Record<string, Documented>),
)('the endpoints of the document of %s', (_, { spec, endpoints }) => {
  it('are all there, each with the test that the README names', () => {
    expect(operations().map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(endpoints)));
    const source = read(spec);
    expect(Object.values(endpoints).filter((title) => !source.includes(`it('${title}'`))).toEqual([]);
  });
});

describe.each(['/docs', '/redoc'])('the page %s', (route) => {
  it('takes all that it needs from this server', async () => {
    const page = await fetch(server.url + route);
    const html = await page.text();
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'/);
    expect(html).not.toMatch(/https?:\/\//);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(parts.length).toBeGreaterThan(0);
    for (const address of parts) {
      const part = await fetch(server.url + address);
      expect({ address, status: part.status }).toEqual({ address, status: 200 });
      expect(part.headers.get('content-type')).toMatch(
        address.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
      );
    }
  });
});

/** Two dialects share `/v1`. */
function errorOf(operation: string): string {
  return / \/v1\/(generate|styles|models)\b/.test(operation) ? 'VisualCreativityError' : 'Error';
}
