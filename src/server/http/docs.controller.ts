import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Open } from './callers.js';
import { ApiDocument } from './openapi.js';

const require = createRequire(import.meta.url);
const asset = (name: string) => readFile(require.resolve(name));

/** Everything comes from this server; what the bundles would fetch from elsewhere is blocked. */
const contentPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; object-src 'none'";

const swaggerPage = page(`<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>`);

const swaggerStart = `SwaggerUIBundle({ url: '/docs/json', dom_id: '#api', deepLinking: true, persistAuthorization: true });`;

const redocPage = page(`<redoc spec-url="/docs/json"></redoc>
<script src="/redoc/redoc.standalone.js"></script>`);

/** The description of the API, for programs and for people. */
@ApiExcludeController()
@Controller()
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @Get('docs/json')
  @Open()
  openapi(): OpenAPIObject | null {
    return this.document.value;
  }

  @Get('docs')
  @Open()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', contentPolicy)
  swagger(): string {
    return swaggerPage;
  }

  @Get('docs/start.js')
  @Open()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  swaggerStart(): string {
    return swaggerStart;
  }

  @Get('docs/swagger-ui-bundle.js')
  @Open()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  swaggerScript(): Promise<Buffer> {
    return asset('swagger-ui-dist/swagger-ui-bundle.js');
  }

  @Get('docs/swagger-ui.css')
  @Open()
  @Header('Content-Type', 'text/css; charset=utf-8')
  swaggerStyle(): Promise<Buffer> {
    return asset('swagger-ui-dist/swagger-ui.css');
  }

  @Get('redoc')
  @Open()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', contentPolicy)
  redoc(): string {
    return redocPage;
  }

  @Get('redoc/redoc.standalone.js')
  @Open()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  redocScript(): Promise<Buffer> {
    return asset('redoc/bundles/redoc.standalone.js');
  }
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Atelier API</title>
${body}
</html>
`;
}
