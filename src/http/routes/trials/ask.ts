import { randomBytes } from 'node:crypto'
import type { StudyId } from '../../../domain/ids.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { type Answer, createAskTrials } from '../../../services/trials/ask-trials.ts'
import { IdempotencyHeadersSchema, repeatable } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentTrial } from '../../present.ts'
import { leaseOf } from '../../present-lease.ts'
import { type AskAnswer, AskAnswerSchema, AskRequestSchema } from '../../schemas/ask.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import type { OpenStreams } from '../../streams/open-streams.ts'

const DESCRIPTION = `Gives you trials of an \`external\` study to train: your own open ones first, so asking again with the same
\`worker\` after a crash or a lost answer costs nothing (whatever \`fix\` says); then enqueued ones and those whose lease has run out; then new
proposals, computed from all that was told so far. Report on a trial or send a heartbeat before its lease runs out, and
tell how it ended. When \`limits.parallel\` trials are running or the budget is used up there is none to give: wait for
one with \`waitMs\`, and ask no more once \`state\` says that the study is over.`

export function askTrialsRoute(app: App, deps: ServiceDeps, streams: OpenStreams): void {
  const ask = createAskTrials()
  const schema = {
    operationId: 'askTrials',
    summary: 'Ask for trials to train',
    description: DESCRIPTION,
    tags: ['trials'],
    params: StudyPathSchema,
    headers: IdempotencyHeadersSchema,
    body: AskRequestSchema.optional(),
    response: {
      200: AskAnswerSchema,
      ...problems(
        'malformed-request',
        'study-not-found',
        'not-external',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-request',
        'invalid-params',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  const config = { invalidBody: 'invalid-request', scope: 'worker' } as const
  app.post('/v1/studies/:study/trials::ask', { schema, config }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { fix = {}, ...asked } = AskRequestSchema.parse(request.body ?? {})
    const signal = asked.waitMs > 0 ? streams.open(reply) : new AbortController().signal
    const wanted = { ...asked, signal, ...(Object.keys(fix).length > 0 && { fix }) }
    const own = depsFor(deps, request)
    const give = async (token?: string) =>
      present(id, await ask(own, id, { ...wanted, worker: workerOf(asked.worker, token) }))
    return repeatable(own, request, reply, give, ({ trials }) => trials.length > 0)
  })
}

/** Of one who gives no name: of a request that may come again always the same, so that its trials are found again. */
function workerOf(name: string | undefined, token: string | undefined): string {
  return name ?? `worker-${token?.slice(0, 12) ?? randomBytes(6).toString('hex')}`
}

function present(id: StudyId, { trials, state, seed }: Answer): AskAnswer {
  const view = trials.map((leased) => ({ ...presentTrial(id, seed, leased.trial), lease: leaseOf(leased) }))
  return { trials: view, state }
}
