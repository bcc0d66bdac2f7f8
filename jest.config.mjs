/** @type {import('jest').Config} */
export default {
  testEnvironment: './test/environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^@atelier/sdk$': '<rootDir>/packages/sdk/src/index.ts',
    '^@atelier/(client|onnx|diffusion)$': '<rootDir>/packages/$1/src/index.ts',
    '^@atelier/sdk/testing$': '<rootDir>/packages/sdk/src/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testMatch: ['<rootDir>/{src,packages,plugins,test,bench}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.slow\\.spec\\.ts$'],
  modulePathIgnorePatterns: ['/dist/'],
  maxWorkers: 2,
  // Only what hangs is to fail by time: the machine may be slow, and many tests start servers.
  testTimeout: 60_000,
};
