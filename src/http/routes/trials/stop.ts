import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import { stopTrial } from '../../../services/trials/stop-trial.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom, trialNumberFrom } from '../../ids-from-path.ts'
import { presentTrial } from '../../present.ts'
import { TrialPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialSchema } from '../../schemas/trial.ts'

export function stopTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'stopTrial',
    summary: 'Give a trial up: at once, or when its worker next reports. Of a finished one, nothing changes',
    tags: ['trials'],
    params: TrialPathSchema,
    response: { 200: TrialSchema, ...problems('study-not-found', 'trial-not-found', 'storage-unavailable') },
  }
  app.post('/v1/studies/:study/trials/:number([^:]+)::stop', { schema }, async (request) => {
    const id = studyIdFrom(request.params)
    const trial = await stopTrial(depsFor(deps, request), id, trialNumberFrom(request.params))
    const { study } = await getStudy(deps, id)
    return presentTrial(id, study.definition.seed, trial)
  })
}
