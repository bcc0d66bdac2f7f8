import { graphicsCards, readFreeMemory } from './graphics-cards.js';

describe('graphics cards', () => {
  it('have the memory that the driver says is free, without what the driver needs itself', () => {
    expect(readFreeMemory('143000\n23999\n')).toEqual([142_400, 23_399]);
  });

  it('that are full or say nothing of their memory are left out', () => {
    expect(readFreeMemory('12\n[N/A]\n\n')).toEqual([]);
  });

  it('are numbers of MiB on this machine, if it has any', async () => {
    for (const memoryMiB of await graphicsCards()) expect(memoryMiB).toBeGreaterThan(0);
  });
});
