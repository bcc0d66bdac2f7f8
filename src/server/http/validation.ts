import { Failure } from '@atelier/sdk';

/** One complaint of a schema, as the Standard Schema words it (https://standardschema.dev). */
interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
}

/** What is wrong with one value of a request. */
export interface InputProblem {
  /** JSON pointer */
  pointer: string;
  message: string;
}

const shownProblems = 100;

/** Says everything that is wrong with a request at once. Its cause are the complaints as the schema made them. */
export function invalidInput(issues: readonly Issue[]): Failure {
  const problems = issues.slice(0, shownProblems).map(toProblem);
  const [first] = problems;
  const place = first === undefined || first.pointer === '' ? 'The request' : first.pointer;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const reason = (first?.message ?? 'is invalid').replace(/\.$/, '');
  return new Failure('invalid-input', `${place}: ${reason}${more}.`, { problems }, { cause: issues });
}

function toProblem({ path = [], message }: Issue): InputProblem {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return { pointer: keys.map((key) => `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`).join(''), message };
}
