import type { FloatTensor, OnnxSession, Tensor, TensorInfo } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';

/** What a text encoder makes of one sequence, by the names of its graph; the batch axis is 1. */
export type TextOutputs = Readonly<Record<string, FloatTensor>>;

/** The inputs and outputs of a text encoder, found by name where it is a usual one, else by type and rank. */
export class TextGraph {
  /** Ids per run where the graph allows one number only. */
  readonly fixedLength: number | null;
  private readonly ids: TensorInfo;
  private readonly mask: TensorInfo | undefined;

  constructor(private readonly session: OnnxSession) {
    const inputs = session.inputs.filter(({ type, dims }) => dims.length === 2 && type.startsWith('int'));
    this.mask = inputs.find(({ name }) => name.includes('mask'));
    const others = inputs.filter((input) => input !== this.mask);
    const ids = others.find(({ name }) => name === 'input_ids') ?? others[0];
    if (ids === undefined || session.inputs.length > (this.mask ? 2 : 1))
      throw misfit('input_ids int64[batch, sequence], and at most attention_mask', session.inputs);
    this.ids = ids;
    this.fixedLength = fixed(ids.dims[1]);
  }

  /**
   * Runs one sequence by itself, so that its numbers depend on no other prompt. A graph made for a larger batch gets the sequence
   * several times. The reference passes no mask, so padding is attended to.
   */
  async run(ids: readonly number[]): Promise<TextOutputs> {
    const batch = fixed(this.ids.dims[0]) ?? 1;
    const dims = [batch, ids.length];
    const data = Int32Array.from({ length: batch * ids.length }, (_, i) => ids[i % ids.length]!);
    const feeds: Record<string, Tensor> = { [this.ids.name]: { dims, data } };
    if (this.mask) feeds[this.mask.name] = { dims, data: new Int32Array(data.length).fill(1) };
    const outputs = await this.session.run(feeds);
    const floats = Object.entries(outputs).filter((entry): entry is [string, FloatTensor] =>
      isFloat(entry[1]),
    );
    return Object.fromEntries(floats.map(([name, tensor]) => [name, first(tensor)]));
  }

  /** The states after the final norm. */
  get lastStates(): string {
    const name = this.named('last_hidden_state') ?? this.unnumbered[0];
    if (name === undefined)
      throw misfit('last_hidden_state float[batch, sequence, width]', this.session.outputs);
    return name;
  }

  /** The states after each layer, before the final norm, the last one at the end; empty where the graph does not give them. */
  get layers(): readonly string[] {
    const numbered = this.states.filter((name) => layerNumber(name) !== null);
    if (numbered.length > 0) return numbered.sort((a, b) => layerNumber(a)! - layerNumber(b)!);
    const others = this.besidesLast;
    // Without names, the order of transformers counts: the last states, then those of every layer.
    return others.length > 1 ? others : [];
  }

  /** The one layer that an export for SDXL may have picked already. */
  get pickedLayer(): string | null {
    if (this.layers.length > 0) return null;
    const others = this.besidesLast;
    if (others.length === 1) return others[0]!;
    return this.named('last_hidden_state') === undefined ? (this.states[0] ?? null) : null;
  }

  /** The text as one vector: projected (`text_embeds`) or not (`pooler_output`). */
  pooled(wanted: 'text_embeds' | 'pooler_output'): string {
    const vectors = this.session.outputs.filter((output) => output.dims.length === 2 && isFloatType(output));
    const own = this.named(wanted);
    if (own !== undefined) return own;
    const unusual = vectors.filter(({ name }) => name !== 'text_embeds' && name !== 'pooler_output');
    if (unusual.length === 1) return unusual[0]!.name;
    throw misfit(`${wanted} float[batch, width]`, this.session.outputs);
  }

  /** What the graph lacks, for an error that only the caller can word. */
  lacks(expected: string): DiffusionError {
    return misfit(expected, this.session.outputs);
  }

  private get states(): string[] {
    const outputs = this.session.outputs.filter((output) => output.dims.length === 3 && isFloatType(output));
    return outputs.map(({ name }) => name);
  }

  private get unnumbered(): string[] {
    return this.states.filter((name) => layerNumber(name) === null);
  }

  private get besidesLast(): string[] {
    const last = this.named('last_hidden_state') ?? this.unnumbered[0];
    return this.unnumbered.filter((name) => name !== last);
  }

  private named(wanted: string): string | undefined {
    return this.session.outputs.find(({ name }) => name === wanted)?.name;
  }
}

function misfit(expected: string, found: readonly TensorInfo[]): DiffusionError {
  const list = found.map(({ name, type, dims }) => `${name} ${type}[${dims.join(', ')}]`);
  return new DiffusionError(
    'model-invalid',
    `The text encoder does not fit its model: expected ${expected}; found ${list.join('; ') || 'nothing'}.`,
  );
}

/** `hidden_states.11`, `hidden_states_11`, `hidden_state11` */
function layerNumber(name: string): number | null {
  const match = /hidden_states?[._]?(\d+)$/.exec(name);
  return match === null ? null : Number(match[1]);
}

function fixed(dim: number | string | undefined): number | null {
  return typeof dim === 'number' && dim > 0 ? dim : null;
}

function isFloatType({ type }: TensorInfo): boolean {
  return type.startsWith('float');
}

function isFloat(tensor: Tensor): tensor is FloatTensor {
  return tensor.data instanceof Float32Array;
}

function first({ dims: [batch = 1, ...rest], data }: FloatTensor): FloatTensor {
  return { dims: [1, ...rest], data: data.subarray(0, data.length / batch) };
}
