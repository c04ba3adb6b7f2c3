import type { ServiceDeps } from '../../../services/deps.ts'
import { enqueueTrial } from '../../../services/enqueue-trial.ts'
import { getStudy } from '../../../services/queries.ts'
import { answerOnce, IdempotencyHeadersSchema } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { presentTrial } from '../../present.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialRequestSchema, TrialSchema } from '../../schemas/trial.ts'

export function enqueueTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'enqueueTrial',
    summary:
      'Queue values that you know, to be tried before any proposal; with `metrics`, import their result',
    tags: ['trials'],
    params: StudyPathSchema,
    headers: IdempotencyHeadersSchema,
    body: TrialRequestSchema,
    response: {
      201: TrialSchema,
      ...problems(
        'malformed-request',
        'study-not-found',
        'illegal-move',
        'budget-used',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-params',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  const config = { invalidBody: 'invalid-params' } as const
  app.post('/v1/studies/:study/trials', { schema, config }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    return answerOnce(deps, request, reply, async (token) => {
      const trial = await enqueueTrial(deps, id, request.body, token)
      const { study } = await getStudy(deps, id)
      const location = `/v1/studies/${id}/trials/${trial.number}`
      return { location, view: presentTrial(id, study.definition.seed, trial) }
    })
  })
}
