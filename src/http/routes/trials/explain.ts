import type { ServiceDeps } from '../../../services/deps.ts'
import { explainTrial } from '../../../services/explain/explain-trial.ts'
import type { App } from '../../app-type.ts'
import { studyIdFrom, trialNumberFrom } from '../../ids-from-path.ts'
import { ExplanationQuerySchema, TrialExplanationSchema } from '../../schemas/explanation.ts'
import { TrialPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'

export function explainTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'explainTrial',
    summary: 'Get why a trial came out better or worse than another',
    tags: ['explanations'],
    params: TrialPathSchema,
    querystring: ExplanationQuerySchema,
    response: {
      200: TrialExplanationSchema,
      ...problems(
        'malformed-request',
        'study-not-found',
        'trial-not-found',
        'trial-not-completed',
        'too-few-results',
        'invalid-request',
        'storage-unavailable',
      ),
    },
  }
  app.get('/v1/studies/:study/trials/:number/explanation', { schema }, async (request) => {
    const id = studyIdFrom(request.params)
    return explainTrial(deps, id, trialNumberFrom(request.params), request.query)
  })
}
