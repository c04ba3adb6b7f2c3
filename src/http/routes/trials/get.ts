import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy, getTrial } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { answerUnchanged, ConditionalHeadersSchema, notModified, tagAnswer } from '../../entity-tag.ts'
import { studyIdFrom, trialNumberFrom } from '../../ids-from-path.ts'
import { presentTrial } from '../../present.ts'
import { TrialPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialSchema } from '../../schemas/trial.ts'

export function getTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getTrial',
    summary: 'Get a trial, its curve included',
    tags: ['trials'],
    params: TrialPathSchema,
    headers: ConditionalHeadersSchema,
    response: {
      200: TrialSchema,
      ...notModified,
      ...problems('study-not-found', 'trial-not-found', 'storage-unavailable'),
    },
  }
  const preHandler = answerUnchanged(deps, (path) => `trial-${trialNumberFrom(path)}`)
  app.get('/v1/studies/:study/trials/:number', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const number = trialNumberFrom(request.params)
    const { study, revision } = await getStudy(deps, id)
    const trial = await getTrial(deps, id, number)
    tagAnswer(reply, `trial-${number}`, revision)
    return presentTrial(id, study.definition.seed, trial)
  })
}
