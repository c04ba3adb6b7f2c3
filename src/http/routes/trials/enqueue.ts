import type { z } from 'zod'
import type { StudyId } from '../../../domain/ids.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import { enqueueTrials, type KnownPoint } from '../../../services/trials/enqueue-trials.ts'
import { answerOnce, IdempotencyHeadersSchema } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { JSON_LINES, JsonLines, LINES_MAX, lineName, renderJsonLines } from '../../json-lines.ts'
import { presentTrial } from '../../present.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialRequestSchema, TrialSchema, type TrialView } from '../../schemas/trial.ts'
import { sendRaw } from '../../send-raw.ts'

const DESCRIPTION = `As \`application/x-ndjson\` the body has one \`TrialRequest\` a line, up to ${LINES_MAX} of them and the size
that any body may have, and the answer one \`Trial\` a line, in the same order. All of them are taken or none: what is
wrong with any is told by its line, such as \`line 3: params.x0\`. So the file of \`GET .../export?format=ndjson\` is
imported into a study of the same space and metrics, trials that failed included; late observations and curves are not.`

export function enqueueTrialRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'enqueueTrial',
    summary:
      'Queue values that you know, to be tried before any proposal; with `metrics` or `state`, import what came of them',
    description: DESCRIPTION,
    consumes: ['application/json', JSON_LINES],
    tags: ['trials'],
    params: StudyPathSchema,
    headers: IdempotencyHeadersSchema,
    body: TrialRequestSchema,
    response: {
      201: {
        description: 'The trial, or of a body in lines each.',
        content: { 'application/json': { schema: TrialSchema }, [JSON_LINES]: { schema: TrialSchema } },
      },
      ...problems(
        'malformed-request',
        'study-not-found',
        'illegal-move',
        'budget-used',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-params',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  const config = { invalidBody: 'invalid-params' } as const
  app.post('/v1/studies/:study/trials', { schema, config }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const own = depsFor(deps, request)
    // The validator takes either; the type of the route knows of one.
    const body = request.body as TrialRequest | JsonLines<TrialRequest>
    if (!(body instanceof JsonLines))
      return answerOnce(own, request, reply, (token) => one(own, id, body, token))
    const views = await answerOnce(own, request, reply, (token) => many(own, id, body, token))
    return sendRaw(reply, JSON_LINES, renderJsonLines(views))
  })
}

type TrialRequest = z.infer<typeof TrialRequestSchema>

async function one(deps: ServiceDeps, id: StudyId, point: KnownPoint, token: string | undefined) {
  const [view] = await enqueue(deps, id, [point], token)
  return { location: `/v1/studies/${id}/trials/${view!.number}`, view: view! }
}

async function many(
  deps: ServiceDeps,
  id: StudyId,
  { values }: JsonLines<TrialRequest>,
  token: string | undefined,
) {
  const points = values.map((point, i) => ({ ...point, place: lineName(i) }))
  return { location: `/v1/studies/${id}/trials`, view: await enqueue(deps, id, points, token) }
}

async function enqueue(
  deps: ServiceDeps,
  id: StudyId,
  points: readonly KnownPoint[],
  token: string | undefined,
): Promise<TrialView[]> {
  const trials = await enqueueTrials(deps, id, points, token)
  const { study } = await getStudy(deps, id)
  return trials.map((trial) => presentTrial(id, study.definition.seed, trial))
}
