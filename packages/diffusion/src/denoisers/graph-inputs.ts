import type { TensorInfo } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';
import { familyOfGraph, type DiffusionFamily } from '../folder/family.js';

/** An input that a family's denoiser has. */
interface InputSpec {
  readonly name: string;
  readonly ranks: readonly number[];
  readonly optional?: true;
  /** its shape, for people */
  readonly shape: string;
}

const timestep: InputSpec = { name: 'timestep', ranks: [0, 1], shape: '[] or [batch]' };
const states: InputSpec = { name: 'encoder_hidden_states', ranks: [3], shape: '[batch, tokens, width]' };
const unet: readonly InputSpec[] = [
  { name: 'sample', ranks: [4], shape: '[batch, channels, height, width]' },
  timestep,
  states,
];
const guidanceEmbedding: InputSpec = {
  name: 'timestep_cond',
  ranks: [2],
  optional: true,
  shape: '[batch, width]',
};
const pooled: InputSpec = { name: 'pooled_projections', ranks: [2], shape: '[batch, width]' };

/** As optimum-onnx exports them (model_configs.py); names that differ are told by their rank. */
const denoiserInputs: Readonly<Record<DiffusionFamily, readonly InputSpec[]>> = {
  sd: [...unet, guidanceEmbedding],
  lcm: [...unet, guidanceEmbedding],
  sdxl: [
    ...unet,
    { name: 'text_embeds', ranks: [2], shape: '[batch, width]' },
    { name: 'time_ids', ranks: [2], shape: '[batch, 6]' },
    guidanceEmbedding,
  ],
  sd3: [
    { name: 'hidden_states', ranks: [4], shape: '[batch, channels, height, width]' },
    states,
    pooled,
    timestep,
  ],
  flux: [
    { name: 'hidden_states', ranks: [3], shape: '[batch, patches, width]' },
    states,
    pooled,
    timestep,
    { name: 'img_ids', ranks: [2, 3], shape: '[patches, 3]' },
    { name: 'txt_ids', ranks: [2, 3], shape: '[tokens, 3]' },
    { name: 'guidance', ranks: [0, 1], optional: true, shape: '[batch]' },
  ],
};

const controlNetInputs: readonly InputSpec[] = [
  ...unet,
  { name: 'controlnet_cond', ranks: [4], shape: '[batch, 3, height, width]' },
  { name: 'conditioning_scale', ranks: [0, 1], optional: true, shape: '[]' },
  { name: 'text_embeds', ranks: [2], optional: true, shape: '[batch, width]' },
  { name: 'time_ids', ranks: [2], optional: true, shape: '[batch, 6]' },
];

/** A graph's inputs by what they are for. */
export interface BoundInputs {
  /** by the name that optimum gives the input */
  readonly byRole: ReadonlyMap<string, TensorInfo>;
  /** what a ControlNet adds to a UNet: the outputs of its down blocks in order, then the middle's */
  readonly residuals: readonly TensorInfo[];
}

/** @throws DiffusionError `model-invalid` with a table of what was expected and what was found. */
export function bindDenoiser(
  family: DiffusionFamily,
  inputs: readonly TensorInfo[],
  file: string,
): BoundInputs {
  return bind(denoiserInputs[family], inputs, { file, as: `denoiser of the family ${family}` });
}

/** @throws DiffusionError `model-invalid` with a table of what was expected and what was found. */
export function bindControlNet(inputs: readonly TensorInfo[], file: string): BoundInputs {
  return bind(controlNetInputs, inputs, { file, as: 'ControlNet' });
}

interface Subject {
  file: string;
  as: string;
}

function bind(specs: readonly InputSpec[], inputs: readonly TensorInfo[], subject: Subject): BoundInputs {
  const residuals = orderResiduals(inputs.filter(isResidual));
  const plain = inputs.filter((input) => !isResidual(input));
  const byRole = new Map<string, TensorInfo>();
  for (const spec of specs) {
    const named = plain.find(({ name }) => name === spec.name);
    if (named !== undefined) byRole.set(spec.name, named);
  }
  bindByRank(specs, plain, byRole);
  const bound = new Set(byRole.values());
  const missing = specs.some(({ name, optional }) => optional === undefined && !byRole.has(name));
  const misfit = specs.some(({ name, ranks }) => !ranks.includes(byRole.get(name)?.dims.length ?? ranks[0]!));
  if (missing || misfit || plain.some((input) => !bound.has(input)))
    throw doesNotFit(specs, plain, byRole, subject);
  return { byRole, residuals };
}

/** What has another name is taken where only one input of that rank is left for only one role. */
function bindByRank(
  specs: readonly InputSpec[],
  inputs: readonly TensorInfo[],
  byRole: Map<string, TensorInfo>,
): void {
  const open = specs.filter(({ name, optional }) => optional === undefined && !byRole.has(name));
  const bound = new Set(byRole.values());
  for (const { name, ranks } of open) {
    const rivals = open.filter((other) => other.ranks.some((rank) => ranks.includes(rank)));
    const candidates = inputs.filter((input) => !bound.has(input) && ranks.includes(input.dims.length));
    if (rivals.length === 1 && candidates.length === 1) byRole.set(name, candidates[0]!);
  }
}

/** `down_block_0_additional_residual`, or `down_block_0` in the exports of diffusers.js and onnx-web. */
function isResidual({ name, dims }: TensorInfo): boolean {
  return dims.length === 4 && /^(down|mid)_block/.test(name);
}

function orderResiduals(residuals: readonly TensorInfo[]): TensorInfo[] {
  const place = ({ name }: TensorInfo) =>
    name.startsWith('mid') ? Infinity : Number(/\d+/.exec(name)?.[0] ?? 0);
  return [...residuals].sort((a, b) => place(a) - place(b));
}

function doesNotFit(
  specs: readonly InputSpec[],
  inputs: readonly TensorInfo[],
  byRole: ReadonlyMap<string, TensorInfo>,
  { file, as }: Subject,
): DiffusionError {
  const bound = new Set(byRole.values());
  const rows = [
    ['input', 'expected', 'found'],
    ...specs
      .filter(({ name, optional }) => optional === undefined || byRole.has(name))
      .map(({ name, shape }) => [name, shape, shown(byRole.get(name))]),
    ...inputs.filter((input) => !bound.has(input)).map((input) => [input.name, '–', shown(input)]),
  ];
  const guess = familyOfGraph(inputs, []);
  const likely = guess === null ? '' : ` It looks like ${guess}.`;
  return new DiffusionError('model-invalid', `${file} does not fit as ${as}.${likely}\n${table(rows)}`);
}

function shown(input: TensorInfo | undefined): string {
  if (input === undefined) return '–';
  return `${input.type} [${input.dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`;
}

function table(rows: readonly string[][]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
