import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { SECURITY_SCHEMES } from '../access/describe-access.ts'
import type { App } from '../app-type.ts'
import { finishOpenapi } from './finish-openapi.ts'
import { readExamples } from './read-examples.ts'

const DESCRIPTION = `POST a study, get the best trial back.

Every error is \`application/problem+json\` (RFC 9457); its \`type\` answers at its own URL. Unknown fields in a request
are refused; clients must ignore fields of an answer that they do not know.`

/** Has every route added from here on described in OpenAPI 3.1, and shown at /docs. */
export async function describeApi(app: App): Promise<void> {
  const examples = readExamples()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hone',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      security: [],
      components: { securitySchemes: SECURITY_SCHEMES },
      servers: [{ url: '/', description: 'Where this document comes from.' }],
      tags: [
        { name: 'studies', description: 'What is searched, by what, for how long.' },
        { name: 'trials', description: 'One set of values, trained and measured.' },
        { name: 'explanations', description: 'What the trials have taught, and whether to go on.' },
        { name: 'datasets', description: 'What networks learn from.' },
        { name: 'webhooks', description: 'Telling other programs what happens.' },
        { name: 'service', description: 'Probes and pages.' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => finishOpenapi(jsonSchemaTransformObject(document), examples),
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
}

export function serveApiDescription(app: App): void {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
