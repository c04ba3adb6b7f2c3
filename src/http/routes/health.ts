import { z } from 'zod'
import { HoneError } from '../../domain/errors.ts'
import { isReady } from '../../services/check-health.ts'
import type { ServiceDeps } from '../../services/deps.ts'
import type { App } from '../app-type.ts'
import { problems } from '../schemas/problem.ts'

const HealthSchema = z.object({ status: z.enum(['live', 'ready']) }).meta({ id: 'Health' })

export function healthRoutes(app: App, deps: ServiceDeps): void {
  const live = {
    operationId: 'isLive',
    summary: 'Whether the process answers',
    tags: ['service'],
    response: { 200: HealthSchema, ...problems() },
  }
  app.get('/health/live', { schema: live }, async () => ({ status: 'live' as const }))

  const ready = {
    operationId: 'isReady',
    summary: 'Whether requests can be served: the storage answers, and the service is not shutting down',
    tags: ['service'],
    response: { 200: HealthSchema, ...problems('storage-unavailable', 'shutting-down') },
  }
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.get('/health/ready', { schema: ready }, async () => {
    if (isClosing) throw new HoneError('shutting-down', 'This process is ending: ask another one.')
    if (await isReady(deps)) return { status: 'ready' as const }
    throw new HoneError('storage-unavailable', 'Redis does not answer. Try again in a few seconds.')
  })
}
