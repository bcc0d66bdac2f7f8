const specs = '\\.spec\\.ts$';
const packages = '^packages/';

/** @type {(name: string, comment: string, from: object, to: object) => object} */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A folder of src/ imports itself, the packages, libraries, and nothing of src/ but what is listed. */
const layer = (folder, comment, ...allowed) =>
  forbid(
    `${folder}-imports`,
    comment,
    { path: `^src/${folder}/`, pathNot: specs },
    { path: '^(src|plugins|test|bench|scripts)/', pathNot: [`^src/${folder}/`, ...allowed] },
  );

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid('no-cycles', 'A cycle is one large module that pretends to be several.', {}, { circular: true }),
    forbid(
      'no-orphans',
      'Nothing imports this file and it imports nothing: it is not used.',
      { orphan: true, pathNot: specs },
      {},
    ),
    forbid('resolvable', 'An import that leads nowhere fails at run time.', {}, { couldNotResolve: true }),
    forbid(
      'declared-dependencies',
      'A package that no package.json beside the importer names is there by luck.',
      { path: '^(src|packages|plugins)/', pathNot: specs },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-dev-dependencies',
      'What runs for users must be among the dependencies.',
      { path: '^(src|packages|plugins)/', pathNot: specs },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'packages-stand-alone',
      'What is published knows nothing of the product.',
      { path: packages, pathNot: specs },
      { path: '^(src|plugins|test|bench|scripts)/' },
    ),
    forbid(
      'plugins-use-the-public-door',
      'A plugin imports the packages that are published beside it, never the product.',
      { path: '^plugins/', pathNot: specs },
      { path: '^(src|test|bench|scripts)/' },
    ),
    forbid(
      'plugins-stand-alone',
      'A plugin works without any other plugin.',
      { path: '^plugins/([^/]+)/' },
      { path: '^plugins/', pathNot: '^plugins/$1/' },
    ),
    forbid(
      'engine-is-pure',
      'The engine is given clock, randomness and data; only pure libraries have a place in it.',
      { path: '^src/engine/', pathNot: specs },
      {
        pathNot: [
          '^src/engine/',
          '^packages/sdk/',
          '^(node:)?crypto$',
          'node_modules/(fastest-levenshtein|lossless-json|zod)/',
        ],
      },
    ),
    layer('runtime', 'The native layer serves worker and server and knows neither.', '^src/engine/'),
    layer('worker', 'A worker knows nothing of the product.', '^src/(engine|runtime)/'),
    layer(
      'server',
      'The server speaks to its workers through their protocol and never runs what they run.',
      '^src/(engine|runtime)/',
      '^src/worker/protocol\\.ts$',
      '^src/config\\.ts$',
    ),
    forbid(
      'dialects-use-services',
      'A dialect translates between its document and services; entities stay in the server.',
      { path: '^src/dialects/', pathNot: specs },
      {
        path: ['^(src|plugins|test|bench|scripts)/', '\\.entity\\.ts$'],
        pathNot: ['^src/dialects/', '^src/engine/', '^src/server/(?!.*\\.entity\\.ts$)', '^src/config\\.ts$'],
      },
    ),
    forbid(
      'dialects-stand-alone',
      'A dialect is one folder that can be taken out.',
      { path: '^src/dialects/([^/]+)/' },
      { path: '^src/dialects/[^/]+/', pathNot: '^src/dialects/$1/' },
    ),
    layer(
      'cli',
      'The command line uses the server as any caller does.',
      '^src/(engine|runtime|server)/',
      '^src/(main|config)\\.ts$',
    ),
    forbid(
      'nothing-imports-the-cli',
      'The command line is the outermost layer.',
      { pathNot: '^src/cli/' },
      { path: '^src/cli/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|packages/[^/]+/dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
