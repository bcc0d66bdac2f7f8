import { readManifest } from '../../runtime/models/manifest.js';
import { workingMiB } from './working-memory.js';

const manifest = (more: object = {}) =>
  readManifest(
    JSON.stringify({
      id: 'model',
      name: 'Model',
      version: '1',
      family: 'sd',
      files: [{ path: 'unet/model.onnx' }],
      memory: { weights: 4000, working: 1000, attention: 800 },
      defaults: { width: 512, height: 512 },
      ...more,
    }),
    '/models/model',
  ).manifest;

const given = (value: unknown) => ({ kind: 'ref', ref: { kind: 'inline', value } }) as const;
const node = (width: unknown, height: unknown) =>
  ({ inputs: { width: given(width), height: given(height) } }) as never;

describe('the working memory of a model', () => {
  it('is what its manifest says for its usual size and below', () => {
    expect(workingMiB(manifest(), [node(512, 512)])).toBe(1000);
    expect(workingMiB(manifest(), [node(64, 64)])).toBe(1000);
  });

  it('grows with the pixels, and that of attention with their square', () => {
    expect(workingMiB(manifest(), [node(512, 576)])).toBe(1125);
    expect(workingMiB(manifest(), [node(1024, 1024)])).toBe(800 * 16);
    expect(workingMiB(manifest({ memory: { weights: 1, working: 1000 } }), [node(1024, 1024)])).toBe(4000);
  });

  it('is for the largest picture of a segment', () => {
    expect(workingMiB(manifest(), [node(64, 64), node(1024, 512), node(512, 512)])).toBe(3200);
  });

  it('does not change for a size that is not known yet, or that is none', () => {
    const local = { kind: 'local', node: 'canvas', output: 'width' } as const;
    expect(workingMiB(manifest(), [{ inputs: { width: local, height: local } }])).toBe(1000);
    expect(workingMiB(manifest(), [node(8192, 'high'), { inputs: {} }])).toBe(1000);
    expect(workingMiB(manifest(), [])).toBe(1000);
  });

  it('does not change for a model that has no usual size, or keeps to its own', () => {
    expect(workingMiB(manifest({ defaults: {} }), [node(4096, 4096)])).toBe(1000);
    expect(workingMiB(manifest({ upscale: { scale: 2 } }), [node(4096, 4096)])).toBe(1000);
  });
});
