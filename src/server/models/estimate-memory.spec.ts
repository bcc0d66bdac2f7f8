import type { ModelFolder } from '@atelier/diffusion';
import { estimateMemory } from './estimate-memory.js';

const vae = { block_out_channels: [128, 256, 512, 512] };

/** A model of which only the configs are known. */
function memoryOf(family: string, side: number, denoiser: object | null) {
  const part = (config: object | null) => ({ files: [], config });
  const components = { denoiser: part(denoiser), vae_decoder: part(vae) };
  const defaults = { width: side, height: side };
  return estimateMemory({ family, components, defaults } as unknown as ModelFolder, new Map());
}

describe('the attention of a model', () => {
  it.each([
    // pictures × heads × tokens² × 4 bytes
    ['sd', 512, { down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D'], attention_head_dim: 8 }, 1024],
    ['sd', 768, { down_block_types: ['CrossAttnDownBlock2D'], attention_head_dim: [5, 10, 20, 20] }, 3240],
    [
      'sdxl',
      1024,
      { down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'], attention_head_dim: [5, 10, 20] },
      1280,
    ],
    ['sd3', 1024, { num_attention_heads: 24, attention_head_dim: 64 }, 3072],
    ['flux', 1024, { num_attention_heads: 24, attention_head_dim: 128 }, 1536],
  ])('is that of its widest block: %s at %d', (family, side, config, mebibytes) => {
    expect(memoryOf(family, side, config).attention).toBeCloseTo(mebibytes, -1);
  });

  it.each([
    ['sd', 512, 1024],
    ['sdxl', 1024, 1280],
    ['flux', 1024, 1536],
  ])('is that of the first models of its family where no config says: %s', (family, side, mebibytes) => {
    expect(memoryOf(family, side, null).attention).toBeCloseTo(mebibytes, -1);
  });

  it('is part of what the model takes at work', () => {
    expect(
      memoryOf('sd', 768, { down_block_types: ['CrossAttnDownBlock2D'], attention_head_dim: 8 }),
    ).toEqual({
      weights: 0,
      working: 5184,
      attention: expect.closeTo(5180, -1),
      parts: { denoiser: 0, vae_decoder: 0 },
    });
    expect(memoryOf('controlnet', 512, null)).toMatchObject({ working: 0, attention: 0 });
  });
});
