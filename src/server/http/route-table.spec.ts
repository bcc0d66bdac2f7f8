import { RouteTable } from './route-table.js';

const routes = new RouteTable();
routes.add('GET', '/v1/jobs/:id');
routes.add('HEAD', '/v1/jobs/:id');
routes.add('POST', '/v1/jobs/:id/cancel');
routes.add('GET', '/docs/json');

it('a path takes the methods of every route that fits it', () => {
  expect(routes.methods('/v1/jobs/job_1')).toEqual(['GET', 'HEAD']);
  expect(routes.methods('/v1/jobs/job_1/cancel')).toEqual(['POST']);
});

it('a path that no route fits takes none', () => {
  expect(routes.methods('/v1/jobs/job_1/other')).toEqual([]);
  expect(routes.methods('/docsXjson')).toEqual([]);
  expect(routes.methods('/docs/jsonx')).toEqual([]);
});
