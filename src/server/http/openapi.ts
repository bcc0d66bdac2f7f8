import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { version } from './version.js';

/** Holds the description of all endpoints, which can only be made once they are all declared. */
export class ApiDocument {
  value: OpenAPIObject | null = null;
}

/** Describes every endpoint from the same schemas that check its requests. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Atelier')
    .setVersion(version)
    .setDescription('Tools that make pictures and video from prompts, images and characters.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key; X-API-Key takes it as well' })
    .build();
  return SwaggerModule.createDocument(app, about, {
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? describeSchema(schema, schemaType) : undefined,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}

/** OpenAPI 3.1 speaks JSON Schema as it is. A schema with an id, as in `.meta({ id: 'Job' })`, is described once for all. */
function describeSchema(schema: z.ZodType, io: 'input' | 'output') {
  const override = ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => leaveOut(jsonSchema, io);
  const { $schema: _, $defs, ...whole } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override });
  return { schema: whole, components: $defs };
}

/** What zod says beyond need: limits of every number, patterns of well-known formats, answers that could never grow. */
function leaveOut(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format !== undefined || schema.type === 'integer') delete schema.pattern;
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  delete schema.propertyNames;
  delete schema.id;
}
