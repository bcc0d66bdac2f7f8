import { diffusionFamilies, encodePrompt as encode, residentModel } from '@atelier/diffusion';
import { defineNode, port } from '@atelier/sdk';

/** What CLIP takes at once, its marks for begin and end included. */
const clipLength = 77;

export const encodePrompt = defineNode({
  type: 'text-to-image.encode-prompt',
  version: 1,
  title: 'Encode prompt',
  inputs: {
    model: port.model({ families: diffusionFamilies, default: 'auto' }),
    prompt: port.text({ maxLength: 20_000 }),
    negative_prompt: port.optional(
      port.text({ maxLength: 20_000, description: 'What the picture is to keep away from' }),
    ),
    max_sequence_length: port.optional(
      port.integer({
        min: 1,
        max: 512,
        description:
          'Tokens of the prompt that are read. Left out: as many as the model takes. For models without T5, which read a prompt in ' +
          'pieces of 77 tokens, 77 reads one piece and takes brackets as they are',
      }),
    ),
  },
  outputs: { conditioning: port.conditioning() },
  needs: { device: 'gpu', models: ['model'], workingMiB: 256 },
  examples: [{ title: 'A prompt', inputs: { prompt: 'a (red:1.2) boat', negative_prompt: 'blurry' } }],
  async run({ model, prompt, negative_prompt, max_sequence_length }, ctx) {
    const diffusion = await residentModel(ctx.models, model);
    const tensors = await encode(diffusion, {
      prompts: [prompt],
      negativePrompts: [negative_prompt ?? null],
      maxSequenceLength: max_sequence_length,
      literal: max_sequence_length !== undefined && max_sequence_length <= clipLength,
    });
    return { conditioning: { tensors } };
  },
});
