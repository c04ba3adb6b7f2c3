import type { ServiceDeps } from '../../../services/deps.ts'
import { studyFront } from '../../../services/explain/pareto.ts'
import type { App } from '../../app-type.ts'
import { answerUnchanged, ConditionalHeadersSchema, notModified, tagAnswer } from '../../entity-tag.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentTrial } from '../../present.ts'
import { ParetoFrontSchema } from '../../schemas/pareto.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'

export function paretoFrontRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getParetoFront',
    summary: 'Get the best trade-offs between several objectives so far',
    tags: ['studies'],
    params: StudyPathSchema,
    headers: ConditionalHeadersSchema,
    response: {
      200: ParetoFrontSchema,
      ...notModified,
      ...problems('study-not-found', 'storage-unavailable'),
    },
  }
  const preHandler = answerUnchanged(deps, 'pareto')
  app.get('/v1/studies/:study/pareto', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { study, revision, trials, ...front } = await studyFront(deps, id)
    tagAnswer(reply, 'pareto', revision)
    return { ...front, trials: trials.map((trial) => presentTrial(id, study.definition.seed, trial)) }
  })
}
