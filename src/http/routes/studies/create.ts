import type { ServiceDeps } from '../../../services/deps.ts'
import { createStudy } from '../../../services/studies/create-study.ts'
import { answerOnce, IdempotencyHeadersSchema } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { presentStudy } from '../../present.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'
import { StudyRequestSchema } from '../../schemas/study-request.ts'

export function createStudyRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'createStudy',
    summary: 'Create a study and start it',
    tags: ['studies'],
    headers: IdempotencyHeadersSchema,
    body: StudyRequestSchema,
    response: {
      201: StudySchema,
      ...problems(
        'malformed-request',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-study',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  app.post('/v1/studies', { schema, config: { invalidBody: 'invalid-study' } }, async (request, reply) => {
    const own = depsFor(deps, request)
    return answerOnce(own, request, reply, async (token) => {
      const record = await createStudy(own, request.body, token)
      return { location: `/v1/studies/${record.study.id}`, view: presentStudy(record) }
    })
  })
}
