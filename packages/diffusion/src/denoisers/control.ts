import type { FloatTensor, OnnxSession } from '@atelier/onnx';
import { fixedBatch, repeat, runBatch } from './batch-run.js';
import { bindControlNet, type BoundInputs } from './graph-inputs.js';
import type { Steering } from './steering.js';
import { timeFeeds } from './time.js';

/** A ControlNet that takes part in a run, and the picture it follows. */
export interface Control {
  readonly session: OnnxSession;
  /** for error messages */
  readonly file: string;
  /** 1 × 3 × height × width, 0 to 1 */
  readonly picture: FloatTensor;
  /** 1 is as it was trained */
  readonly scale: number;
  /** share of the steps after which it begins, 0 to 1 */
  readonly start: number;
  /** share of the steps after which it ends, 0 to 1 */
  readonly end: number;
}

/** One call of the denoiser. */
export interface Moment {
  /** as the scheduler counts it */
  readonly time: number;
  /** number of the call, from 0 */
  readonly call: number;
  /** how many calls there are */
  readonly calls: number;
}

/** A Control made ready for a run of `total` items. */
export class ControlNet {
  private readonly inputs: BoundInputs;
  private readonly picture: FloatTensor;

  constructor(
    private readonly control: Control,
    private readonly steering: Steering,
    private readonly total: number,
  ) {
    this.inputs = bindControlNet(control.session.inputs, control.file);
    this.picture = repeat(control.picture, total / control.picture.dims[0]!);
  }

  /** Whether it has a say in this call (`controlnet_keep` of pipeline_controlnet.py). */
  speaks({ call, calls }: Moment): boolean {
    return call / calls >= this.control.start && (call + 1) / calls <= this.control.end;
  }

  /** What to add to the UNet's down blocks in order, and to its middle. */
  async residuals(sample: FloatTensor, time: number): Promise<FloatTensor[]> {
    const { session, scale } = this.control;
    const { byRole } = this.inputs;
    const strength = byRole.get('conditioning_scale');
    const timeFeed = timeFeeds(byRole.get('timestep')!, time, this.total);
    const batched: Record<string, FloatTensor> = { ...timeFeed.batched };
    for (const [role, tensor] of Object.entries({
      ...this.steering,
      sample,
      controlnet_cond: this.picture,
    })) {
      const input = byRole.get(role);
      if (input !== undefined) batched[input.name] = tensor;
    }
    const shared = { ...timeFeed.shared };
    if (strength !== undefined)
      shared[strength.name] = { dims: strength.dims.map(() => 1), data: Float32Array.of(scale) };
    const outputs = await runBatch(
      session,
      { batched, shared },
      { total: this.total, atOnce: this.total, fixed: fixedBatch(byRole.get('sample')!) },
    );
    if (strength === undefined)
      for (const { data } of outputs) for (let i = 0; i < data.length; i++) data[i]! *= scale;
    return outputs;
  }
}

/** What several nets say together; null when none speaks. */
export async function joinedResiduals(
  nets: readonly ControlNet[],
  sample: FloatTensor,
  moment: Moment,
): Promise<FloatTensor[] | null> {
  let sum: FloatTensor[] | null = null;
  for (const net of nets) {
    if (!net.speaks(moment)) continue;
    const residuals = await net.residuals(sample, moment.time);
    if (sum === null) sum = residuals;
    else sum.forEach(({ data }, i) => add(data, residuals[i]!.data));
  }
  return sum;
}

function add(target: Float32Array, values: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += values[i]!;
}
