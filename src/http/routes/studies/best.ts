import type { ServiceDeps } from '../../../services/deps.ts'
import { bestTrial, getStudy } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { presentTrial } from '../../present.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialSchema } from '../../schemas/trial.ts'

export function bestTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getBestTrial',
    summary: 'Get the best trial so far, its curve included',
    tags: ['studies'],
    params: StudyPathSchema,
    response: { 200: TrialSchema, ...problems('study-not-found', 'no-best-trial', 'storage-unavailable') },
  }
  app.get('/v1/studies/:study/best', { schema }, async (request) => {
    const id = studyIdFrom(request.params)
    const { study } = await getStudy(deps, id)
    return presentTrial(id, study.definition.seed, await bestTrial(deps, id))
  })
}
