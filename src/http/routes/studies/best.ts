import type { ServiceDeps } from '../../../services/deps.ts'
import { bestTrial, getStudy } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { answerUnchanged, ConditionalHeadersSchema, notModified, tagAnswer } from '../../entity-tag.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentTrial } from '../../present.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialSchema } from '../../schemas/trial.ts'

export function bestTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getBestTrial',
    summary: 'Get the best trial so far, its curve included',
    tags: ['studies'],
    params: StudyPathSchema,
    headers: ConditionalHeadersSchema,
    response: {
      200: TrialSchema,
      ...notModified,
      ...problems('study-not-found', 'no-best-trial', 'several-objectives', 'storage-unavailable'),
    },
  }
  const preHandler = answerUnchanged(deps, 'best')
  app.get('/v1/studies/:study/best', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { study, revision } = await getStudy(deps, id)
    const trial = await bestTrial(deps, id)
    tagAnswer(reply, 'best', revision)
    return presentTrial(id, study.definition.seed, trial)
  })
}
