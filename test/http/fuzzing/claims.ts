import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ApiDescription, Operation } from './document.js';
import type { FuzzRequest } from './requests.js';

export interface FuzzAnswer {
  status: number;
  type: string;
  text: string;
}

/** A stack, a place in our code, a folder of this machine, or an error as JavaScript writes it. */
const insides =
  /\n {4}at |node_modules|\.[cm]?[jt]s:\d|file:\/\/\/(?!etc)|\/(home|root|tmp|work|usr|var)\/|Error:|SQLITE|\[object /;
const statedOutages = [503, 507];

/** Tells what is wrong with an answer. */
export type Judge = (operation: Operation, request: FuzzRequest, answer: FuzzAnswer) => string[];

export function judgeOf(document: ApiDescription, home: string): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', components: document.components });
  const fits = (name: string, body: unknown): boolean =>
    ajv.validate({ $ref: `api#/components/schemas/${name}` }, body);
  const errors = Object.keys(document.components.schemas).filter((name) => name.endsWith('Error'));

  return (operation, request, { status, type, text }) => {
    if (status >= 500 && !statedOutages.includes(status)) return [`It is a fault: ${text}`];
    if (status < 400) return [];
    if (request.method === 'HEAD') return [];
    const body = parse(text);
    const own = operation.responses.default?.content?.['application/json']?.schema.$ref?.split('/').at(-1);
    const allowed = own !== undefined && isOnItsWay(operation, request) ? [own] : errors;
    const sentence = sentenceOf(body);
    return [
      ...(type.startsWith('application/json') ? [] : [`It is no JSON but ${type}: ${text}`]),
      ...(allowed.some((name) => fits(name, body)) ? [] : [`It is not ${allowed.join(' or ')}: ${text}`]),
      ...(/^\S[^]*\S$/.test(sentence) ? [] : [`It has no sentence: ${text}`]),
      ...(insides.test(sentence) || text.includes(home) ? [`It shows its insides: ${text}`] : []),
    ];
  };
}

/** Whether it surely arrives at the endpoint that it was made for; an odd path may lead to another dialect. */
function isOnItsWay({ method, path }: Operation, request: FuzzRequest): boolean {
  const asked = request.path.split('?', 1)[0] ?? '';
  const parts = asked.split('/');
  return (
    request.method === method &&
    parts.length === path.split('/').length &&
    parts.slice(1).every((part) => !/^(%2e|\.)*$/i.test(part))
  );
}

function sentenceOf(body: unknown): string {
  const { error } = (body ?? {}) as { error?: string | { message?: string } };
  return typeof error === 'string' ? error : (error?.message ?? '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
