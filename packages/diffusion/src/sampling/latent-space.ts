import { numberOf } from '../folder/config.js';
import { vaeFactor } from '../folder/defaults.js';
import type { DiffusionFamily } from '../folder/family.js';
import { componentOf, familyOf, type DiffusionModel } from '../model.js';

/** How a VAE's latents lie: their channels, and what the denoiser's are shifted and scaled by. */
export interface LatentSpace {
  readonly channels: number;
  /** pixels a side of one latent */
  readonly factor: number;
  readonly scaling: number;
  readonly shift: number;
}

/** For exports without a config: `scaling_factor` and `shift_factor` of the families' VAEs. */
const usual: Readonly<Record<DiffusionFamily, Omit<LatentSpace, 'factor'>>> = {
  sd: { channels: 4, scaling: 0.18215, shift: 0 },
  lcm: { channels: 4, scaling: 0.18215, shift: 0 },
  sdxl: { channels: 4, scaling: 0.13025, shift: 0 },
  sd3: { channels: 16, scaling: 1.5305, shift: 0.0609 },
  flux: { channels: 16, scaling: 0.3611, shift: 0.1159 },
};

export function latentSpace(model: DiffusionModel): LatentSpace {
  const { channels, scaling, shift } = usual[familyOf(model)];
  const decoder = componentOf(model, 'vae_decoder');
  return {
    channels: numberOf(decoder.config, 'latent_channels') ?? channels,
    factor: vaeFactor(decoder),
    scaling: numberOf(decoder.config, 'scaling_factor') ?? scaling,
    shift: numberOf(decoder.config, 'shift_factor') ?? (decoder.config === null ? shift : 0),
  };
}
