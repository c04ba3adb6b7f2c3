import type { ServiceDeps } from '../../../services/deps.ts'
import { type Decision, reportTrial } from '../../../services/trials/report-trial.ts'
import type { App } from '../../app-type.ts'
import { studyIdFrom, trialNumberFrom } from '../../ids-from-path.ts'
import { attemptFrom, presentLease } from '../../present-lease.ts'
import { TrialPathSchema } from '../../schemas/path.ts'
import {
  DecisionSchema,
  type DecisionView,
  HeartbeatRequestSchema,
  ReportRequestSchema,
} from '../../schemas/tell.ts'
import { LEASED_PROBLEMS } from './leased-problems.ts'

const ANSWERS = {
  200: DecisionSchema,
  ...LEASED_PROBLEMS,
}
const config = { invalidBody: 'invalid-request', scope: 'worker' } as const

/** Two signs of life, one with a measurement. */
export function reportTrialRoutes(app: App, deps: ServiceDeps): void {
  const shared = { tags: ['trials'], params: TrialPathSchema, response: ANSWERS }
  const report = {
    ...shared,
    operationId: 'reportTrial',
    summary: 'Report what a trial measured after a step, renew its lease, hear whether to go on',
    body: ReportRequestSchema,
  }
  app.post(
    '/v1/studies/:study/trials/:number([^:]+)::report',
    { schema: report, config },
    async (request) => {
      const { token, ...measured } = request.body
      const number = trialNumberFrom(request.params)
      const id = studyIdFrom(request.params)
      return present(number, await reportTrial(deps, id, number, attemptFrom(number, token), [measured]))
    },
  )

  const heartbeat = {
    ...shared,
    operationId: 'renewLease',
    summary: "Renew a trial's lease, and hear whether to go on",
    body: HeartbeatRequestSchema.optional(),
  }
  app.post(
    '/v1/studies/:study/trials/:number([^:]+)::heartbeat',
    { schema: heartbeat, config },
    async (request) => {
      const number = trialNumberFrom(request.params)
      const id = studyIdFrom(request.params)
      return present(
        number,
        await reportTrial(deps, id, number, attemptFrom(number, request.body?.token), []),
      )
    },
  )
}

function present(number: number, { attempt, expiresAt, ...decision }: Decision): DecisionView {
  return { ...decision, ...(expiresAt && { lease: presentLease(number, attempt, expiresAt) }) }
}
