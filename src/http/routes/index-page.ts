import { z } from 'zod'
import type { App } from '../app-type.ts'
import { problems } from '../schemas/problem.ts'

const LINKS = {
  studies: '/v1/studies',
  docs: '/docs',
  openapi: '/openapi.json',
  live: '/health/live',
  ready: '/health/ready',
  metrics: '/metrics',
} as const

const IndexSchema = z
  .object({ name: z.string(), links: z.record(z.string(), z.string()) })
  .meta({ id: 'Index' })

/** Where to go from here. */
export function indexPageRoute(app: App): void {
  const schema = {
    operationId: 'getIndex',
    summary: 'Where to go from here',
    tags: ['service'],
    response: { 200: IndexSchema, ...problems() },
  }
  app.get('/', { schema }, async () => ({ name: 'hone', links: LINKS }))
}
