import { probeProviders } from './providers.js';

describe('probing providers', () => {
  test('the CPU is always there', async () => {
    expect(await probeProviders(['cpu'])).toEqual([{ provider: 'cpu', available: true }]);
  });

  test('what is not there says why, without a place in the file system', async () => {
    const probes = await probeProviders();
    expect(probes.map(({ provider }) => provider)).toEqual(['cuda', 'webgpu', 'cpu']);
    for (const probe of probes) {
      if (probe.available) continue;
      expect(probe.why).toMatch(/^[^/]{20,}$/);
      expect(probe.why).not.toContain('onnxruntime_src');
    }
  });

  test('is done once in a process', async () => {
    const [first] = await probeProviders(['cuda']);
    const [second] = await probeProviders(['cuda']);
    expect(second).toBe(first);
  });
});
