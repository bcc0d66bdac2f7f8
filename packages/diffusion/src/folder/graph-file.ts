import { open } from 'node:fs/promises';
import type { TensorInfo } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';
import { fields, NotProtobuf, ProtobufFile } from './protobuf-file.js';

/** What an ONNX file declares, read without loading it. */
export interface GraphFile {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Names of the weights, of which most exporters keep those of the original modules. */
  readonly weights: readonly string[];
  /** Files with weights, relative to the graph's own folder. */
  readonly weightFiles: readonly string[];
}

/**
 * Reads a graph's inputs and outputs from its file and skips the weights, so that a file of gigabytes takes milliseconds.
 * Field numbers: onnx.proto3 of the ONNX project.
 * @throws DiffusionError `model-invalid` when the file is cut off or no ONNX model.
 */
export async function readGraphFile(file: string): Promise<GraphFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    return await readModel(new ProtobufFile(handle), size);
  } catch (error) {
    if (!(error instanceof NotProtobuf)) throw error;
    throw new DiffusionError(
      'model-invalid',
      'The file is no ONNX model, or it was not downloaded to its end.',
    );
  } finally {
    await handle.close();
  }
}

/** IEEE and integer types by their number in `TensorProto.DataType`. */
const elementTypes: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

async function readModel(source: ProtobufFile, size: number): Promise<GraphFile> {
  let graph: GraphFile | null = null;
  for await (const field of fields(source, 0, size)) {
    if (field.number === 7 && field.length > 0)
      graph = await readGraph(source, field.start, field.start + field.length);
  }
  if (graph === null) throw new NotProtobuf();
  return graph;
}

async function readGraph(source: ProtobufFile, start: number, end: number): Promise<GraphFile> {
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  const weights = new Set<string>();
  const weightFiles = new Set<string>();
  for await (const field of fields(source, start, end)) {
    const last = field.start + field.length;
    if (field.number === 5) {
      const weight = await readWeight(source, field.start, last);
      weights.add(weight.name);
      if (weight.file !== null) weightFiles.add(weight.file);
    }
    if (field.number === 11) inputs.push(await readValue(source, field.start, last));
    if (field.number === 12) outputs.push(await readValue(source, field.start, last));
  }
  // Graphs before IR version 4 list their weights among the inputs.
  return {
    inputs: inputs.filter(({ name }) => !weights.has(name)),
    outputs,
    weights: [...weights],
    weightFiles: [...weightFiles],
  };
}

async function readWeight(
  source: ProtobufFile,
  start: number,
  end: number,
): Promise<{ name: string; file: string | null }> {
  let name = '';
  let file: string | null = null;
  for await (const field of fields(source, start, end)) {
    if (field.number === 8) name = await source.text(field.start, field.length);
    if (field.number === 13) file = (await readLocation(source, field.start, field.length)) ?? file;
  }
  return { name, file };
}

async function readLocation(source: ProtobufFile, start: number, length: number): Promise<string | null> {
  const entry = { key: '', value: '' };
  for await (const field of fields(source, start, start + length)) {
    if (field.number === 1) entry.key = await source.text(field.start, field.length);
    if (field.number === 2) entry.value = await source.text(field.start, field.length);
  }
  return entry.key === 'location' ? entry.value : null;
}

async function readValue(source: ProtobufFile, start: number, end: number): Promise<TensorInfo> {
  let name = '';
  let type = 'no tensor';
  let dims: (number | string)[] = [];
  for await (const field of fields(source, start, end)) {
    const last = field.start + field.length;
    if (field.number === 1) name = await source.text(field.start, field.length);
    if (field.number !== 2) continue;
    for await (const kind of fields(source, field.start, last)) {
      if (kind.number === 1) ({ type, dims } = await readTensorType(source, kind.start, kind.length));
    }
  }
  return { name, type, dims };
}

async function readTensorType(
  source: ProtobufFile,
  start: number,
  length: number,
): Promise<{ type: string; dims: (number | string)[] }> {
  let type = 'unknown';
  const dims: (number | string)[] = [];
  for await (const field of fields(source, start, start + length)) {
    if (field.number === 1) type = elementTypes[field.value] ?? 'unknown';
    if (field.number !== 2) continue;
    for await (const dim of fields(source, field.start, field.start + field.length)) {
      dims.push(await readDimension(source, dim.start, dim.length));
    }
  }
  return { type, dims };
}

async function readDimension(source: ProtobufFile, start: number, length: number): Promise<number | string> {
  for await (const field of fields(source, start, start + length)) {
    // A length that is left open is -1 in some files: all 64 bits set.
    if (field.number === 1) return Number.isSafeInteger(field.value) ? field.value : '';
    if (field.number === 2) return source.text(field.start, field.length);
  }
  return '';
}
