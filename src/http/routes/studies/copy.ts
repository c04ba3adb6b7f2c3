import type { ServiceDeps } from '../../../services/deps.ts'
import { copyStudy } from '../../../services/studies/copy-study.ts'
import { answerOnce, IdempotencyHeadersSchema } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentStudy } from '../../present.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'
import { CopyRequestSchema } from '../../schemas/study-request.ts'

const DESCRIPTION = `What the body has is otherwise than in the study; of \`limits\` what is left out stays. With
\`"trials": true\` all trials that have ended come along, but for canceled ones: so a study that has ended goes on in its
copy, with more trials than it had. Without them the copy begins anew; with the same seed that is the same study again,
for whatever you change, such as its sampler or data set.`

export function copyStudyRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'copyStudy',
    summary: 'Create a study like this one, with its trials or without',
    description: DESCRIPTION,
    tags: ['studies'],
    params: StudyPathSchema,
    headers: IdempotencyHeadersSchema,
    body: CopyRequestSchema,
    response: {
      201: StudySchema,
      ...problems(
        'malformed-request',
        'study-not-found',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-study',
        'invalid-params',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  const config = { invalidBody: 'invalid-study' } as const
  app.post('/v1/studies/:study([^:]+)::copy', { schema, config }, async (request, reply) => {
    const own = depsFor(deps, request)
    return answerOnce(own, request, reply, async (token) => {
      const record = await copyStudy(own, studyIdFrom(request.params), request.body, token)
      return { location: `/v1/studies/${record.study.id}`, view: presentStudy(record) }
    })
  })
}
