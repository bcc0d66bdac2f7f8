import { jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { call, upload, type Answer } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';

jest.setTimeout(60_000);

const photo = fileURLToPath(new URL('../../docs/sample/photo.jpg', import.meta.url));

interface Item {
  id: string;
  type: string;
  name: string;
  url: string;
  formats: string[];
  job_id: string;
  project_id: string | null;
  files: { file_id: string; format: string }[];
}

interface Project {
  id: string;
  name: string;
  description: string;
  tags: string[];
  items: Item[];
  items_count: number;
  created_at: string;
  updated_at: string;
}

interface Page {
  projects: Project[];
  total: number;
  has_more: boolean;
}

type Failed = { error: { code: string; message: string; details: Record<string, unknown> } };

let server: TestServer;
/** of another account */
let stranger: string;
let photoId: string;
beforeAll(async () => {
  server = await startServer({ plugins: [testPlugins] });
  stranger = await createKey(server.home);
  photoId = (await upload(server, await readFile(photo), 'photo.jpg')).body.file_id;
}, 90_000);
afterAll(() => server.stop());

const ask = <Body = Project & Failed>(
  method: string,
  route: string,
  body?: unknown,
  more: { key?: string; headers?: Record<string, string> } = {},
): Promise<Answer<Body>> => call<Body>(server, method, route, { body, ...more });

async function project(fields: object = {}): Promise<Project> {
  const { status, body } = await ask('POST', '/v1/projects', { name: 'A project', ...fields });
  expect(status).toBe(201);
  return body;
}

/** Resizes the photo into a project and waits for it. */
async function resized(projectId: string | undefined, width: number, format = 'png'): Promise<JobAnswer> {
  const { status, body } = await ask<JobAnswer>('POST', '/v1/tools/image_resizer/execute', {
    project_id: projectId,
    inputs: { file_id: photoId, width, height: 30, format },
  });
  expect(status).toBe(202);
  return untilEnded(server, body.job_id);
}

describe('the fields of a project', () => {
  it.each([
    ['no name', {}, '/name'],
    ['a name that is no text', { name: 7 }, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a name that cannot be seen', { name: ' \u200b\u0007 ' }, '/name'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, '/name'],
    ['a description of 10 001 characters', { name: 'a', description: 'x'.repeat(10_001) }, '/description'],
    ['51 tags', { name: 'a', tags: Array.from({ length: 51 }, (_, index) => `tag ${index}`) }, '/tags'],
    ['a tag of 65 characters', { name: 'a', tags: ['x'.repeat(65)] }, '/tags/0'],
    ['an empty tag', { name: 'a', tags: ['logo', ''] }, '/tags/1'],
    ['tags that are no list', { name: 'a', tags: 'logo' }, '/tags'],
  ])('%s is refused with its place', async (_, body, pointer) => {
    const answer = await ask('POST', '/v1/projects', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    expect(answer.body.error.details.problems).toEqual([expect.objectContaining({ pointer })]);
  });

  it('may be as long as they may be, counted as people count', async () => {
    const longest = {
      name: '🎨'.repeat(200),
      description: 'é'.repeat(10_000),
      tags: Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(64, 'x')),
    };
    expect(await project(longest)).toMatchObject(longest);
  });

  it('are cleaned of what cannot be shown', async () => {
    const dirty = {
      name: ' Caf\u0065\u0301\u0000\u202e \n menu ',
      description: 'one\r\ntwo\u001b',
      tags: ['a', ' a '],
    };
    expect(await project(dirty)).toMatchObject({ name: 'Café menu', description: 'one\ntwo', tags: ['a'] });
  });

  it('are text and nothing else, whatever they say', async () => {
    const name = `Robert'); DROP TABLE projects;-- <script>alert(1)</script> \${7*7} {{7*7}}`;
    const { id } = await project({ name, tags: ['"] OR 1=1 --'] });
    expect((await ask('GET', `/v1/projects/${id}`)).body).toMatchObject({ name, tags: ['"] OR 1=1 --'] });
  });

  it.each([
    '{"name":"a","__proto__":{"polluted":true}}',
    '{"name":"a","constructor":{"prototype":{"polluted":true}}}',
    '{"name":"a","prototype":{"polluted":true}}',
    '{"name":"a","id":"proj_mine"}',
  ])('%s gives nobody anything to inherit', async (body) => {
    const response = await fetch(`${server.url}/v1/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body,
    });
    expect([201, 400]).toContain(response.status);
    expect(await response.text()).not.toMatch(/polluted":|proj_mine|\.ts|\.js/);
    expect(Object.keys(await project())).not.toContain('polluted');
  });

  it('change one by one, and null clears them', async () => {
    const { id, created_at, updated_at } = await project({ description: 'Old', tags: ['logo'] });
    await delay(5);
    const renamed = await ask('PATCH', `/v1/projects/${id}`, { name: 'New' });
    expect(renamed).toMatchObject({
      status: 200,
      body: { id, name: 'New', description: 'Old', tags: ['logo'], created_at },
    });
    expect(Date.parse(renamed.body.updated_at)).toBeGreaterThan(Date.parse(updated_at));
    const cleared = await ask('PATCH', `/v1/projects/${id}`, { description: null, tags: null });
    expect(cleared.body).toMatchObject({ name: 'New', description: '', tags: [] });
    expect((await ask('PATCH', `/v1/projects/${id}`, {})).body).toMatchObject({ name: 'New' });
    for (const body of [{ name: null }, { status: 'archived' }, [], 'text'])
      expect((await ask('PATCH', `/v1/projects/${id}`, body)).status).toBe(400);
  });

  it('sent twice with one Idempotency-Key make one project', async () => {
    const headers = { 'idempotency-key': 'project-1' };
    const send = (name: string) => ask('POST', '/v1/projects', { name }, { headers });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('Once')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await send('Twice')).toMatchObject({
      status: 422,
      body: { error: { code: 'idempotency_key_reused' } },
    });
  });
});

describe('the list of projects', () => {
  let key: string;
  beforeAll(async () => {
    key = await createKey(server.home);
    for (const [name, tags] of [
      ['banana', ['fruit', 'yellow']],
      ['Apple', ['fruit', 'red, green']],
      ['cherry', ['fruit', 'red']],
    ] as const)
      await ask('POST', '/v1/projects', { name, tags }, { key });
  });

  const names = async (query: string): Promise<string[]> => {
    const { status, body } = await ask<Page>('GET', `/v1/projects?${query}`, undefined, { key });
    expect(status).toBe(200);
    return body.projects.map(({ name }) => name);
  };

  it.each([
    ['', ['cherry', 'Apple', 'banana']],
    ['sort=created_at&order=asc', ['banana', 'Apple', 'cherry']],
    ['sort=name&order=asc', ['Apple', 'banana', 'cherry']],
    ['sort=name&order=desc', ['cherry', 'banana', 'Apple']],
    ['sort=updated_at&order=desc', ['cherry', 'Apple', 'banana']],
    ['sort=items_count&order=asc', ['banana', 'Apple', 'cherry']],
    ['tags=red', ['cherry']],
    ['tags=fruit,red', ['cherry']],
    ['tags=fruit&tags=yellow', ['banana']],
    ['tags[]=fruit&tags[]=yellow', ['banana']],
    ['tags%5B%5D=red,%20green', ['Apple']],
    ['tags=blue', []],
    ['tags=', ['cherry', 'Apple', 'banana']],
    [`tags=${encodeURIComponent("x') OR 1=1 --")}`, []],
    ['tags=fr%25', []],
    ['limit=1&offset=1', ['Apple']],
    ['offset=1000000', []],
  ])('?%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('says how many there are, and whether there are more', async () => {
    const page = (query: string) => ask<Page>('GET', `/v1/projects?${query}`, undefined, { key });
    expect((await page('limit=2')).body).toMatchObject({ total: 3, has_more: true });
    expect((await page('limit=2&offset=1')).body).toMatchObject({ total: 3, has_more: false });
    expect((await page('tags=red')).body).toMatchObject({ total: 1, has_more: false });
  });

  it.each([
    'sort=password',
    'sort=name;DROP TABLE projects',
    'sort=(SELECT key_hash FROM api_keys)',
    'sort=__proto__',
    'sort=constructor',
    'sort=name&sort=name',
    'order=sideways',
    'order=desc,(SELECT 1)',
    'limit=101',
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'offset=-1',
    'offset=99999999999999999999',
  ])('?%s is refused', async (query) => {
    const answer = await ask('GET', `/v1/projects?${encodeURI(query)}`, undefined, { key });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
  });

  it('takes what else is in the address for nothing', async () => {
    expect(await names('__proto__[sort]=x&constructor=y&tags[0]=z&page=2')).toHaveLength(3);
    expect((await ask('GET', `/v1/projects?${'tags=a&'.repeat(51)}`, undefined, { key })).status).toBe(400);
  });
});

describe('the items of a project', () => {
  it('are the results of its jobs, counted by what they are, the newest first', async () => {
    const { id } = await project();
    const first = await resized(id, 31);
    const second = await resized(id, 32, 'jpeg');
    const { body } = await ask('GET', `/v1/projects/${id}`);
    expect(body).toMatchObject({
      items_count: 2,
      items: [
        {
          id: second.result?.item_id,
          type: 'image',
          name: 'Image v2',
          formats: ['jpg'],
          job_id: second.job_id,
        },
        {
          id: first.result?.item_id,
          type: 'image',
          name: 'Image v1',
          formats: ['png'],
          job_id: first.job_id,
          project_id: id,
        },
      ],
    });
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(body.created_at));
    const opened = await fetch(body.items[0]!.url);
    expect(opened.headers.get('content-type')).toBe('image/jpeg');
    const page = await ask<{ items: Item[]; total: number }>(
      'GET',
      `/v1/projects/${id}/items?limit=1&offset=1`,
    );
    expect(page.body).toMatchObject({ items: [{ id: first.result?.item_id }], total: 2, has_more: false });
    expect((await ask('GET', `/v1/projects/${id}/items/${second.result?.item_id}`)).body).toEqual(
      body.items[0],
    );
    const listed = await ask<Page>('GET', '/v1/projects?sort=items_count');
    expect(listed.body.projects[0]).toMatchObject({ id, items_count: 2 });
    const jobs = await ask<{ jobs: JobAnswer[] }>('GET', `/v1/jobs?project_id=${id}`);
    expect(jobs.body.jobs.map(({ job_id }) => job_id)).toEqual([second.job_id, first.job_id]);
  });

  it('come from as many jobs at once, each with a name of its own', async () => {
    const { id } = await project();
    await Promise.all(Array.from({ length: 8 }, (_, index) => resized(id, 50 + index)));
    const { body } = await ask('GET', `/v1/projects/${id}`);
    expect(body.items.map(({ name }) => name).sort()).toEqual(
      Array.from({ length: 8 }, (_, index) => `Image v${index + 1}`),
    );
  });

  it('have all formats that a tool makes, and are what the tool says', async () => {
    const { id } = await project();
    const made = (width: number) => ({
      use: 'image_resizer',
      with: { file_id: { input: 'photo' }, width, height: 9 },
    });
    const pipeline = {
      id: 'covers',
      version: '1.0.0',
      title: 'Covers',
      tool: {
        category: 'design',
        makes: 'album_cover',
        credits: 2,
        description: 'Two formats of one picture',
      },
      inputs: { photo: { type: 'file' } },
      nodes: { png: made(9), small: { use: 'image_resizer', with: { ...made(8).with, format: 'webp' } } },
      outputs: { png: { from: 'png.image' }, webp: { from: 'small.image' } },
    };
    expect((await ask('POST', '/v1/pipelines', pipeline)).status).toBe(201);
    const { body: accepted } = await ask<JobAnswer>('POST', '/v1/tools/covers/execute', {
      project_id: id,
      inputs: { photo: photoId },
    });
    const { result } = await untilEnded(server, accepted.job_id);
    const { body } = await ask('GET', `/v1/projects/${id}`);
    expect(body.items).toMatchObject([
      { type: 'album_cover', name: 'Album cover v1', formats: result?.formats },
    ]);
    expect(result?.formats).toHaveLength(2);
    const [first, second] = body.items[0]!.files;
    await ask('DELETE', `/v1/files/${first!.file_id}`);
    const { body: rest } = await ask('GET', `/v1/projects/${id}`);
    expect(rest.items).toMatchObject([{ formats: [second!.format] }]);
    await ask('DELETE', `/v1/files/${second!.file_id}`);
    expect((await ask('GET', `/v1/projects/${id}`)).body).toMatchObject({ items: [], items_count: 0 });
  });

  it('are there without a project too', async () => {
    const { result, job_id } = await resized(undefined, 77);
    const { status, body } = await ask<Item>('GET', `/v1/items/${result?.item_id}`);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { job_id, project_id: null, formats: ['png'] },
    });
    expect((await ask('DELETE', `/v1/items/${result?.item_id}`)).body).toEqual({
      deleted: true,
      id: body.id,
    });
    expect((await fetch(body.url)).status).toBe(404);
  });

  it('go with their files when they are deleted, and do not come back', async () => {
    const { id } = await project();
    const { result } = await resized(id, 33);
    const route = `/v1/projects/${id}/items/${result?.item_id}`;
    const elsewhere = await project();
    expect(await ask('DELETE', `/v1/projects/${elsewhere.id}/items/${result?.item_id}`)).toMatchObject({
      status: 404,
    });
    expect((await ask('DELETE', route)).body).toEqual({ deleted: true, id: result?.item_id });
    for (const method of ['GET', 'DELETE'])
      expect(await ask(method, route)).toMatchObject({
        status: 404,
        body: { error: { code: 'item_not_found' } },
      });
    expect((await fetch(result?.url ?? '')).status).toBe(404);
    expect((await ask('GET', `/v1/projects/${id}`)).body).toMatchObject({ items: [], items_count: 0 });
  });

  it('make a failed or cancelled job leave nothing', async () => {
    const { id } = await project();
    const nodes = { fail: { use: 'throwing.later', with: {} } };
    const pipeline = {
      id: 'failing',
      version: '1.0.0',
      title: 'Failing',
      nodes,
      outputs: { value: { from: 'fail.value' } },
    };
    const { body } = await ask<JobAnswer>('POST', '/v1/jobs', { pipeline, project_id: id, inputs: {} });
    expect((await untilEnded(server, body.job_id)).status).toBe('failed');
    expect((await ask('GET', `/v1/projects/${id}`)).body).toMatchObject({ items: [], items_count: 0 });
  });
});

describe('deleting a project', () => {
  it('deletes its items with their files, and leaves uploads and jobs without a project', async () => {
    const { id } = await project();
    const job = await resized(id, 41);
    const form = new FormData();
    form.set('project_id', id);
    form.set('file', new Blob([await readFile(photo)]), 'mine.jpg');
    const { body: mine } = await ask<{ id: string; project_id: string }>('POST', '/v1/files/upload', form);
    expect(mine.project_id).toBe(id);
    expect((await ask('DELETE', `/v1/projects/${id}`)).body).toEqual({ deleted: true, id });
    expect((await fetch(job.result?.url ?? '')).status).toBe(404);
    expect((await ask('GET', `/v1/items/${job.result?.item_id}`)).status).toBe(404);
    expect((await ask('GET', `/v1/files/${mine.id}`)).body).toMatchObject({ project_id: null });
    expect((await ask('GET', `/v1/jobs/${job.job_id}`)).body).toMatchObject({
      status: 'completed',
      project_id: null,
    });
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(
        await ask(method, `/v1/projects/${id}`, method === 'PATCH' ? { name: 'x' } : undefined),
      ).toMatchObject({
        status: 404,
        body: { error: { code: 'project_not_found' } },
      });
  });

  it('lets a job go on that runs in it; its result is kept without a project', async () => {
    const { id } = await project();
    const { body } = await ask<JobAnswer>('POST', '/v1/jobs', {
      project_id: id,
      inputs: { photo: photoId },
      pipeline: {
        id: 'slow',
        version: '1.0.0',
        title: 'Slow',
        inputs: { photo: { type: 'file' } },
        nodes: {
          count: { use: 'steady.count', with: { to: 100, everyMs: 10 } },
          small: {
            use: 'image_resizer',
            with: { file_id: { input: 'photo' }, width: { from: 'count.counted' }, height: 20 },
          },
        },
        outputs: { image: { from: 'small.image' } },
      },
    });
    await ask('DELETE', `/v1/projects/${id}`);
    expect((await ask('GET', `/v1/jobs/${body.job_id}`)).body).toMatchObject({
      status: 'processing',
      project_id: null,
    });
    const { result } = await untilEnded(server, body.job_id);
    expect((await ask<Item>('GET', `/v1/items/${result?.item_id}`)).body).toMatchObject({ project_id: null });
    expect((await fetch(result?.url ?? '')).status).toBe(200);
  });
});

describe("another account's project", () => {
  it.each([
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/items'],
  ])('is not there for %s', async (method, rest) => {
    const { id } = await project({ name: 'Mine' });
    const body = method === 'PATCH' ? { name: 'Theirs' } : undefined;
    for (const [project, key] of [
      [id, stranger],
      ['proj_nobody', server.key],
    ] as const) {
      const answer = await ask(method, `/v1/projects/${project}${rest}`, body, { key });
      expect(answer).toMatchObject({
        status: 404,
        body: { error: { code: 'project_not_found', details: { id: project } } },
      });
    }
    expect((await ask('GET', `/v1/projects/${id}`)).body).toMatchObject({ name: 'Mine' });
  });

  it('takes no job and no file, nor does one that there never was', async () => {
    const { id } = await project();
    const { id: gone } = await project();
    await ask('DELETE', `/v1/projects/${gone}`);
    const file = await upload(server, await readFile(photo), 'theirs.jpg', { key: stranger });
    for (const [projectId, key, fileId] of [
      [id, stranger, file.body.id],
      ['proj_nobody', server.key, photoId],
      [gone, server.key, photoId],
    ] as const) {
      const refused = { status: 404, body: { error: { code: 'project_not_found' } } };
      const inputs = { file_id: fileId, width: 9, height: 9 };
      const body = { project_id: projectId, inputs };
      expect(await ask('POST', '/v1/tools/image_resizer/execute', body, { key })).toMatchObject(refused);
      expect(await ask('POST', '/v1/jobs', { pipeline: 'image_resizer', ...body }, { key })).toMatchObject(
        refused,
      );
      expect(await ask('GET', `/v1/files?project_id=${projectId}`, undefined, { key })).toMatchObject(
        refused,
      );
      expect(await ask('GET', `/v1/jobs?project_id=${projectId}`, undefined, { key })).toMatchObject(refused);
      for (const names of [
        ['project_id', 'file'],
        ['file', 'project_id'],
      ]) {
        const form = new FormData();
        for (const name of names) form.set(name, name === 'file' ? new Blob(['text']) : projectId);
        expect(await ask('POST', '/v1/files/upload', form, { key })).toMatchObject(refused);
      }
    }
    expect((await ask<{ total: number }>('GET', '/v1/files', undefined, { key: stranger })).body.total).toBe(
      1,
    );
  });

  it('keeps its items to itself', async () => {
    const { id } = await project();
    const { result } = await resized(id, 43);
    for (const method of ['GET', 'DELETE'])
      for (const route of [`/v1/items/${result?.item_id}`, `/v1/projects/${id}/items/${result?.item_id}`])
        expect(await ask(method, route, undefined, { key: stranger })).toMatchObject({
          status: 404,
          body: { error: { code: 'item_not_found' } },
        });
    expect((await fetch(result?.url ?? '')).status).toBe(200);
  });

  it.each(['..%2f..%2fetc', '%00', 'a%20b', "x'--", '%F0%9F%8E%A8', 'x'.repeat(150)])(
    'is not found under the id %s either',
    async (id) => {
      for (const route of [`/v1/projects/${id}`, `/v1/items/${id}`])
        expect([400, 404]).toContain((await ask('GET', route)).status);
    },
  );
});
