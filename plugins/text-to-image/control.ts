import { Failure, type Conditioning, type Tensor } from '@atelier/sdk';

const picture = 'control.picture';
const course = 'control.course';

/** A picture to follow, and from where to where in the run it has a say. */
export interface Control {
  /** 1 × 3 × height × width, 0 to 1 */
  readonly picture: Tensor & { readonly data: Float32Array };
  readonly scale: number;
  readonly start: number;
  readonly end: number;
}

export function withControl({ tensors }: Conditioning, control: Control): Conditioning {
  const { scale, start, end } = control;
  const data = Float32Array.of(scale, start, end);
  return { tensors: { ...tensors, [picture]: control.picture, [course]: { dims: [3], data } } };
}

/** A conditioning taken apart into what prompts gave it and the picture to follow, if it has one. */
export function splitControl({ tensors }: Conditioning): {
  prompts: Record<string, FloatTensor>;
  control: Control | null;
} {
  const { [picture]: followed, [course]: said, ...prompts } = floats(tensors);
  if (followed === undefined || said === undefined) return { prompts, control: null };
  const [scale = 1, start = 0, end = 1] = said.data;
  return { prompts, control: { picture: followed, scale, start, end } };
}

type FloatTensor = Tensor & { readonly data: Float32Array };

function floats(tensors: Conditioning['tensors']): Record<string, FloatTensor> {
  for (const [name, { data }] of Object.entries(tensors)) {
    if (data instanceof Float32Array) continue;
    throw new Failure('invalid-input', `The tensor ${name} of the conditioning must be of 32-bit floats.`);
  }
  return tensors as Record<string, FloatTensor>;
}
