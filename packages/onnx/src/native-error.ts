import { OnnxError, type OnnxErrorReason } from './onnx-error.js';

type Meaning = [pattern: RegExp, reason: OnnxErrorReason, sentence: (found: string, text: string) => string];

const operator = (name: string): string =>
  `The model needs the operator ${name}, which no execution provider here has; it was made for another one, such as CUDA.`;

/** What ONNX Runtime 1.30 writes, which gives no codes, and what it means. The first that fits counts. */
const meanings: readonly Meaning[] = [
  [
    /bad_alloc|failed to allocate memory|out of memory|CUDA_ERROR_OUT_OF_MEMORY|buffer allocation failed/i,
    'out-of-memory',
    () => 'The device has not enough free memory for the model.',
  ],
  [
    /External data path does not exist: "(?:.*[\\/])?([^\\/"]+)"/,
    'missing-file',
    (name) => `The file ${name} with the weights of the model is missing; it belongs beside it.`,
  ],
  [
    /(escapes) model directory/,
    'damaged',
    () => 'The weights lie outside the folder of the model; put both there as plain files, not as links.',
  ],
  [
    /External (initializer|data)/,
    'damaged',
    () => 'The file with the weights of the model is cut off or belongs to another model; fetch it again.',
  ],
  [/File doesn't exist/, 'missing-file', () => 'The file of the model is missing.'],
  [
    /Protobuf parsing failed|does not have a graph|INVALID_PROTOBUF/,
    'damaged',
    () => 'The file of the model is no ONNX model, or it is cut off; fetch it again.',
  ],
  [/([\w.]+:\w+)\(-?\d+\) is not a registered function/, 'unsupported', operator],
  [/Could not find an implementation for (\w+)/, 'unsupported', operator],
  [/No Op registered for (\w+)/, 'unsupported', operator],
  [
    /Unsupported model IR version|Opset \d+ is under development/,
    'unsupported',
    () => 'The model was made for a newer version of ONNX Runtime than the one installed.',
  ],
  [
    /Unsupported data type/,
    'unsupported',
    () => 'The model takes or gives a number type, such as bfloat16, that cannot be used from JavaScript.',
  ],
  [
    /invalid model|ShapeInferenceError/,
    'damaged',
    (_, text) => `The file of the model is no valid ONNX model: ${withoutPlaces(text)}`,
  ],
  [/Session already disposed/, 'released', () => 'The model was given back before it was run.'],
];

/** What a failed load or probe means. */
export function loadError(error: unknown): OnnxError {
  return (
    meaningOf(error) ?? new OnnxError('failed', `The model could not be loaded: ${shown(error)}`, [], error)
  );
}

/** What a failed run means. */
export function runError(error: unknown): OnnxError {
  if (error instanceof OnnxError) return error;
  const known = meaningOf(error);
  const isClear = known?.reason === 'out-of-memory' || known?.reason === 'released';
  return isClear ? known : new OnnxError('failed', `The model could not be run: ${shown(error)}`, [], error);
}

function meaningOf(error: unknown): OnnxError | undefined {
  if (error instanceof OnnxError) return error;
  const text = textOf(error);
  for (const [pattern, reason, sentence] of meanings) {
    const match = pattern.exec(text);
    if (match !== null) return new OnnxError(reason, sentence(match[1] ?? '', text), [], error);
  }
  return undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shown(error: unknown): string {
  return withoutPlaces(textOf(error));
}

/** The first line as a sentence, without source files and folders, which tell a user nothing. */
function withoutPlaces(text: string): string {
  const line = text
    .split('\n')[0]!
    .replace(/^Load model from .*? failed:/, '')
    .trim();
  const plain = line
    .replace(/\S+\.(?:cc|h|cu|cuh|cpp):\d+ .*?\) (?=\S)/g, '')
    .replace(/(?:[A-Za-z]:)?(?:[\\/][\w.@-]+){2,}/g, (place) => place.slice(place.search(/[^\\/]*$/)))
    .slice(0, 300);
  return plain.endsWith('.') ? plain : `${plain}.`;
}
