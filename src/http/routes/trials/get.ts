import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy, getTrial } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { presentTrial } from '../../present.ts'
import { studyIdFrom, TrialPathSchema, trialNumberFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialSchema } from '../../schemas/trial.ts'

export function getTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getTrial',
    summary: 'Get a trial, its curve included',
    tags: ['trials'],
    params: TrialPathSchema,
    response: { 200: TrialSchema, ...problems('study-not-found', 'trial-not-found', 'storage-unavailable') },
  }
  app.get('/v1/studies/:study/trials/:number', { schema }, async (request) => {
    const id = studyIdFrom(request.params)
    const { study } = await getStudy(deps, id)
    const trial = await getTrial(deps, id, trialNumberFrom(request.params))
    return presentTrial(id, study.definition.seed, trial)
  })
}
