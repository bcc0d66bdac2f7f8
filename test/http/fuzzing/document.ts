/** As much of JSON Schema as the description of the API uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  anyOf?: Schema[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  multipleOf?: number;
  pattern?: string;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  schema: Schema;
}

interface Content {
  content?: Record<string, { schema: Schema }>;
}

export interface Operation {
  /** `GET /v1/jobs/{id}` */
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  bodyType?: string;
  body?: Schema;
  responses: Record<string, Content>;
}

export interface ApiDescription {
  paths: Record<
    string,
    Record<
      string,
      { parameters?: Parameter[]; requestBody?: Required<Content>; responses: Record<string, Content> }
    >
  >;
  components: { schemas: Record<string, Schema> };
}

/** What removes things comes last, so that all else finds them there. */
export function operationsOf({ paths }: ApiDescription): Operation[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]): Operation => {
      const [[bodyType, body] = []] = Object.entries(requestBody?.content ?? {});
      const name = `${method.toUpperCase()} ${path}`;
      return {
        name,
        method: method.toUpperCase(),
        path,
        parameters,
        bodyType,
        body: body?.schema,
        responses,
      };
    }),
  );
  const removes = ({ method }: Operation): number => Number(method === 'DELETE');
  return operations.sort((a, b) => removes(a) - removes(b));
}
