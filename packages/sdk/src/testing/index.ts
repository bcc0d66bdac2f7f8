export { createTestContext, type TestContext, type TestContextOptions } from './context.js';
export type { TestModel } from './models.js';
export { encodePng } from './png.js';
export { runNode } from './run-node.js';
export type { Samples } from './samples.js';
export { testPlugin, type PluginTestOptions, type TestRunner } from './test-plugin.js';
