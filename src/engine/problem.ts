import { Failure } from '@atelier/sdk';

/** The kinds of errors that a pipeline, or the inputs of a job, can have. */
export type ProblemCode =
  /** not the shape that the pipeline format describes */
  | 'structure'
  | 'too-many-nodes'
  | 'too-deep'
  /** `use` names nothing that is installed */
  | 'unknown-use'
  /** `use` names a pipeline that has errors of its own */
  | 'broken-use'
  /** pipelines that use one another */
  | 'recursion'
  /** nodes that wait for one another */
  | 'cycle'
  /** a value is given for an input that does not exist */
  | 'undeclared-input'
  | 'missing-input'
  /** a job is asked for no output at all */
  | 'no-output'
  | 'invalid-value'
  /** an object that looks like a reference and is none */
  | 'invalid-reference'
  /** a reference where it has no meaning */
  | 'misplaced-reference'
  | 'unknown-node'
  | 'unknown-output'
  | 'unknown-input'
  | 'unknown-item'
  /** a connection between ports whose types do not go together */
  | 'incompatible'
  | 'not-a-list';

/** One error, at one place. */
export interface Problem {
  code: ProblemCode;
  /** JSON pointer (RFC 6901) into the document or the inputs; '' is the whole */
  pointer: string;
  /** a sentence for whoever wrote the document */
  message: string;
  /** For `cycle` and `recursion`: the ids in the direction of the flow, the first repeated at the end. */
  path?: string[];
}

/** All problems of a pipeline as one failure. */
export function invalidPipeline(problems: readonly Problem[]): Failure {
  return failureOf('invalid-pipeline', 'The pipeline', problems);
}

/** All problems of a job's inputs as one failure. */
export function invalidInputs(problems: readonly Problem[]): Failure {
  return failureOf('invalid-input', 'The input', problems);
}

function failureOf(
  code: 'invalid-pipeline' | 'invalid-input',
  subject: string,
  problems: readonly Problem[],
): Failure {
  const count = problems.length === 1 ? 'an error' : `${problems.length} errors; the first`;
  return new Failure(code, `${subject} has ${count}: ${problems[0]?.message ?? ''}`, { problems });
}

/** A name as a sentence shows it: quoted, and cut when somebody sent a novel. */
export function quoted(name: string): string {
  return `“${name.length > 80 ? `${name.slice(0, 80)}…` : name}”`;
}

/** The JSON pointer of a place: each step is a key or a position. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
