import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import { tellTrial } from '../../../services/trials/tell-trial.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom, trialNumberFrom } from '../../ids-from-path.ts'
import { presentTrial } from '../../present.ts'
import { attemptFrom } from '../../present-lease.ts'
import { TrialPathSchema } from '../../schemas/path.ts'
import { TellRequestSchema, ToldTrialSchema } from '../../schemas/tell.ts'
import { LEASED_PROBLEMS } from './leased-problems.ts'

const DESCRIPTION = `Ends a trial of an \`external\` study. Whoever tells first ends it, even when the lease has run out and
others hold the trial now; but then only \`completed\` does, for who has lost a trial knows nothing of how it will
end. What is told of a trial that has ended otherwise is kept too, as a further observation, and
answered with \`"late": true\`. Told again with the same token, it changes nothing.`

export function tellTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'tellTrial',
    summary: 'Tell how a trial ended',
    description: DESCRIPTION,
    tags: ['trials'],
    params: TrialPathSchema,
    body: TellRequestSchema,
    response: {
      200: ToldTrialSchema,
      ...LEASED_PROBLEMS,
    },
  }
  const config = { invalidBody: 'invalid-request', scope: 'worker' } as const
  app.post('/v1/studies/:study/trials/:number([^:]+)::tell', { schema, config }, async (request) => {
    const id = studyIdFrom(request.params)
    const number = trialNumberFrom(request.params)
    const { token, ...telling } = request.body
    const { trial, isLate } = await tellTrial(
      depsFor(deps, request),
      id,
      number,
      attemptFrom(number, token),
      telling,
    )
    const { study } = await getStudy(deps, id)
    return { ...presentTrial(id, study.definition.seed, trial), late: isLate }
  })
}
