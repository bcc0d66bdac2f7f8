import type { FloatTensor, OnnxSession } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';
import type { Config } from '../folder/config.js';
import type { DiffusionFamily } from '../folder/family.js';
import { fixedBatch, runBatch, type Feeds } from './batch-run.js';
import { ControlNet, joinedResiduals, type Control, type Moment } from './control.js';
import { bindDenoiser, type BoundInputs } from './graph-inputs.js';
import { guide, guidanceEmbedding, rescaleGuided } from './guidance.js';
import { lengthOf, pack, patchIds, unpack, type LatentShape } from './patches.js';
import { silence } from './silence.js';
import { bothHalves, type Steering } from './steering.js';
import { timeFeeds } from './time.js';

export interface Guidance {
  /** of classifier-free guidance */
  readonly scale: number;
  /** 0 to 1: how far the spread of the guided prediction is brought back to the unguided one's */
  readonly rescale: number;
  /** what models take as an input that had guidance distilled into them */
  readonly embedded: number;
}

export interface DenoiserSetup {
  readonly family: DiffusionFamily;
  readonly session: OnnxSession;
  /** for error messages */
  readonly file: string;
  readonly config: Config | null;
  readonly shape: LatentShape;
  readonly positive: Steering;
  /** null where no negative prompt guides the run */
  readonly negative: Steering | null;
  readonly guidance: Guidance;
  /** channels that an inpainting UNet takes behind the latents, for every picture */
  readonly extra: FloatTensor | null;
  readonly controls: readonly Control[];
}

/** A denoiser with all that stays the same over the calls of one run. */
export class Denoiser {
  private readonly inputs: BoundInputs;
  private readonly total: number;
  private readonly latents: FloatTensor;
  private readonly sample: FloatTensor;
  private readonly constant: Feeds;
  private readonly nets: readonly ControlNet[];
  private readonly silent: readonly FloatTensor[];

  /** @throws DiffusionError `model-invalid` when the graph's inputs are not the family's. */
  constructor(private readonly setup: DenoiserSetup) {
    const { family, session, file, config, shape, positive, negative, extra, controls } = setup;
    this.inputs = bindDenoiser(family, session.inputs, file);
    this.total = shape.items * (negative === null ? 1 : 2);
    const whole = { ...shape, items: this.total };
    this.latents = buffer(whole);
    this.sample = extra === null && family !== 'flux' ? this.latents : sampleBuffer(family, whole, extra);
    const steering = bothHalves(negative, positive);
    this.constant = constantFeeds(setup, this.inputs, steering, this.total);
    refuseControls(controls, this.inputs, file);
    this.nets = controls.map((control) => new ControlNet(control, steering, this.total));
    this.silent = silence(this.inputs.residuals, config, whole);
  }

  /** What the denoiser makes of the latents (as the scheduler scales them) of every picture. The result is the caller's own. */
  async predict(scaled: Float32Array, moment: Moment): Promise<Float32Array> {
    const { family, session, shape, negative, guidance } = this.setup;
    this.fill(scaled);
    const residuals = (await joinedResiduals(this.nets, this.latents, moment)) ?? this.silent;
    const feeds = this.feeds(moment.time, residuals);
    const fixed = fixedBatch(this.input('sample', 'hidden_states'));
    // Two calls of FLUX take half the memory of one that is twice as wide, and the reference makes two.
    const atOnce = family === 'flux' ? shape.items : this.total;
    const [output] = await runBatch(session, feeds, { total: this.total, atOnce, fixed });
    const prediction = negative === null ? output!.data : guide(output!.data, guidance.scale);
    if (negative !== null && guidance.rescale > 0)
      rescaleGuided(prediction, output!.data, shape.items, guidance.rescale);
    return family === 'flux' ? unpack(prediction, shape) : prediction;
  }

  private fill(scaled: Float32Array): void {
    const { family, extra, shape } = this.setup;
    if (family === 'flux') {
      pack(scaled, shape, this.sample.data);
      if (this.total > shape.items) this.sample.data.copyWithin(scaled.length, 0, scaled.length);
      return;
    }
    for (let at = 0; at < this.latents.data.length; at += scaled.length) this.latents.data.set(scaled, at);
    if (extra !== null) this.appendChannels(extra);
  }

  private appendChannels(extra: FloatTensor): void {
    const { items } = this.setup.shape;
    const own = this.latents.data.length / this.total;
    const added = extra.data.length / items;
    for (let item = 0; item < this.total; item++) {
      const at = item * (own + added);
      this.sample.data.set(this.latents.data.subarray(item * own, (item + 1) * own), at);
      const from = (item % items) * added;
      this.sample.data.set(extra.data.subarray(from, from + added), at + own);
    }
  }

  private feeds(time: number, residuals: readonly FloatTensor[]): Feeds {
    const scaledTime = this.setup.family === 'flux' ? time / 1000 : time;
    const timed = timeFeeds(this.input('timestep'), scaledTime, this.total);
    const batched: Record<string, FloatTensor> = {
      ...this.constant.batched,
      ...timed.batched,
      [this.input('sample', 'hidden_states').name]: this.sample,
    };
    this.inputs.residuals.forEach(({ name }, i) => (batched[name] = residuals[i]!));
    return { batched, shared: { ...this.constant.shared, ...timed.shared } };
  }

  private input(...roles: string[]) {
    return roles.map((role) => this.inputs.byRole.get(role)).find((input) => input !== undefined)!;
  }
}

/** What every call of the run is fed alike. */
function constantFeeds(
  { guidance, shape, family }: DenoiserSetup,
  { byRole }: BoundInputs,
  steering: Steering,
  total: number,
): Feeds {
  const batched: Record<string, FloatTensor> = {};
  const shared: Record<string, FloatTensor> = {};
  for (const [role, tensor] of Object.entries(steering)) {
    const input = byRole.get(role);
    if (input !== undefined) batched[input.name] = tensor;
  }
  const embedding = byRole.get('timestep_cond');
  if (embedding !== undefined) {
    const width = Number(embedding.dims[1]) || 256;
    const one = guidanceEmbedding(guidance.embedded, width);
    batched[embedding.name] = { dims: [total, width], data: tiled(one, total) };
  }
  const strength = byRole.get('guidance');
  if (strength !== undefined) Object.assign(batched, timeFeeds(strength, guidance.embedded, total).batched);
  if (family === 'flux') {
    const tokens = steering['encoder_hidden_states']!.dims[1]!;
    shared['img_ids'] = ids(byRole.get('img_ids')!.dims.length, patchIds(shape));
    shared['txt_ids'] = ids(byRole.get('txt_ids')!.dims.length, new Float32Array(tokens * 3));
  }
  return { batched, shared };
}

/** Exports before diffusers 0.31 have a first axis of one more. */
function ids(rank: number, data: Float32Array): FloatTensor {
  const dims = [data.length / 3, 3];
  return { dims: rank === 3 ? [1, ...dims] : dims, data };
}

function sampleBuffer(family: DiffusionFamily, shape: LatentShape, extra: FloatTensor | null): FloatTensor {
  if (family !== 'flux') return buffer({ ...shape, channels: shape.channels + (extra?.dims[1] ?? 0) });
  const patches = (shape.height / 2) * (shape.width / 2);
  return { dims: [shape.items, patches, shape.channels * 4], data: new Float32Array(lengthOf(shape)) };
}

function buffer(shape: LatentShape): FloatTensor {
  const { items, channels, height, width } = shape;
  return { dims: [items, channels, height, width], data: new Float32Array(lengthOf(shape)) };
}

function tiled(values: Float32Array, times: number): Float32Array {
  const data = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) data.set(values, i * values.length);
  return data;
}

function refuseControls(controls: readonly Control[], { residuals }: BoundInputs, file: string): void {
  if (controls.length === 0 || residuals.length > 0) return;
  throw new DiffusionError(
    'invalid-input',
    `${file} has no inputs for a ControlNet (down_block_0_additional_residual and so on), so it cannot be steered by one; ` +
      'choose a model that was exported with them.',
  );
}
