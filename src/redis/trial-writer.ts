import { z } from 'zod'
import type { StudyId } from '../domain/ids.ts'
import { scoreOf } from '../domain/metric.ts'
import type { StudyDefinition } from '../domain/study.ts'
import type { Proposal, Report, Trial, TrialOutcome } from '../domain/trial.ts'
import type {
  FinishedTrial,
  KnownTrial,
  ReportOrder,
  StartedTrial,
  Stock,
} from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { ANSWER_MS } from './answer-store.ts'
import { packReport } from './curve.ts'
import { refused } from './error-codes.ts'
import { encode } from './json.ts'
import { studyKeys } from './keys.ts'
import { orUnavailable, runOnStudy, type StoreContext } from './store-context.ts'
import { studyHashSchema } from './study-codec.ts'
import { decodeTrial } from './trial-record.ts'

type TrialWriter = Pick<
  StudyStore,
  | 'enqueueTrials'
  | 'dispatchWaiting'
  | 'commitProposals'
  | 'startTrial'
  | 'reportValues'
  | 'releaseTrial'
  | 'finishTrial'
  | 'stopTrial'
>

// What the scripts answer.
const enqueued = z.tuple([
  z.string(),
  z.array(
    z
      .tuple([z.number(), z.string()], z.string().nullable())
      .transform((parts) => parts as [number, string, string?]),
  ),
])
const committed = z.tuple([z.number(), z.number()])
const started = z.union([
  z.tuple([z.literal('started'), z.string(), z.string(), z.string(), z.number(), z.number()]),
  z.tuple([z.enum(['gone', 'held'])]),
])
const reportAnswer = z
  .enum(['study', 'trial', 'pause'])
  .nullable()
  .transform((order) =>
    order === null ? {} : order === 'pause' ? { pause: true as const } : { stop: order },
  )
const finished = z.tuple([studyHashSchema.shape.state, z.number()])
const numbers = z.array(z.number())

export function createTrialWriter(context: StoreContext): TrialWriter {
  return {
    enqueueTrials: (id, trials, revision, token) => enqueueTrials(context, id, trials, revision, token),
    dispatchWaiting: async (id, stock) => {
      const args = [stock?.inFlightMax ?? '', stock?.refillAt ?? '']
      return numbers.parse(await runOnStudy(context, 'dispatch-waiting', { id }, ...args))
    },
    commitProposals: (id, index, proposals, stock) => commitProposals(context, id, index, proposals, stock),
    startTrial: (id, number, worker) => startTrial(context, id, number, worker),
    reportValues: (id, number, attempt, reports) => reportValues(context, id, number, attempt, reports),
    releaseTrial: async (id, number, attempt, checkpoint) => {
      const args = [number, attempt, checkpoint ? Buffer.from(checkpoint) : '']
      await runOnStudy(context, 'release-trial', { id, number, attempt }, ...args)
    },
    finishTrial: (id, number, attempt, outcome) => finishTrial(context, id, number, attempt, outcome),
    stopTrial: async (id, number) => {
      await runOnStudy(context, 'stop-trial', { id, number }, number)
    },
  }
}

async function enqueueTrials(
  context: StoreContext,
  id: StudyId,
  trials: readonly KnownTrial[],
  revision: number | undefined,
  token: string | undefined,
): Promise<Trial[] | undefined> {
  const subject = { id, verb: 'take another trial', ...(token !== undefined && { token }) }
  const args = await Promise.all(
    trials.map(async ({ params, outcome }) =>
      outcome
        ? [encode(params), encode(outcome), outcome.state, await scoreText(context, id, outcome)]
        : [encode(params), '', '', ''],
    ),
  )
  // As long as the answer itself, after the last trial.
  const given = [ANSWER_MS, token ?? '', revision ?? '', ...args.flat()]
  const answer = await runOnStudy(context, 'enqueue-trials', subject, ...given)
  if (answer === null) return undefined
  const [definition, records] = enqueued.parse(answer)
  const { searchSpace } = context.definitions.decode(id, definition)
  return records.map(([number, proposal, outcome]) =>
    decodeTrial(searchSpace, number, { proposal, ...(outcome && { outcome }) }),
  )
}

async function commitProposals(
  context: StoreContext,
  id: StudyId,
  index: number,
  proposals: readonly Proposal[],
  stock: Stock | undefined,
): Promise<{ committed: number; placesLeft: number }> {
  const { inFlightMax = '', refillAt = '' } = stock ?? {}
  const known = proposals[0]?.origin.revision ?? 0
  const texts = proposals.flatMap(({ params, origin }) => [encode(params), encode(origin)])
  const answer = await runOnStudy(
    context,
    'commit-proposals',
    { id },
    index,
    inFlightMax,
    refillAt,
    known,
    ...texts,
  )
  const [count, placesLeft] = committed.parse(answer)
  return { committed: count, placesLeft }
}

async function startTrial(
  context: StoreContext,
  id: StudyId,
  number: number,
  worker: string,
): Promise<StartedTrial | 'gone' | 'held'> {
  const { attemptsMax } = context
  const answer = started.parse(
    await runOnStudy(context, 'start-trial', { id, number }, number, worker, attemptsMax),
  )
  if (answer[0] !== 'started') return answer[0]
  const [, definition, proposal, active, hint, resumed] = answer
  const decoded = context.definitions.decode(id, definition)
  return {
    trial: decodeTrial(decoded.searchSpace, number, { proposal, active }),
    definition: decoded,
    ...(hint > 0 && { hint }),
    ...(resumed === 1 && { checkpoint: await readCheckpoint(context, id, number) }),
  }
}

async function readCheckpoint({ redis, prefix }: StoreContext, id: StudyId, number: number): Promise<Buffer> {
  const { checkpoints } = studyKeys(prefix, id)
  // Stopped or deleted this moment, it has none any more; no bytes are no checkpoint, and the trainer begins anew.
  return (await orUnavailable(redis.hgetBuffer(checkpoints, String(number)))) ?? Buffer.alloc(0)
}

async function reportValues(
  context: StoreContext,
  id: StudyId,
  number: number,
  attempt: number,
  reports: readonly Report[],
): Promise<ReportOrder> {
  const args = [number, attempt, ...reports.flatMap(packReport)]
  const answer = await runOnStudy(context, 'report-values', { id, number, attempt }, ...args)
  return reportAnswer.parse(answer)
}

async function finishTrial(
  context: StoreContext,
  id: StudyId,
  number: number,
  attempt: number,
  outcome: TrialOutcome,
): Promise<FinishedTrial> {
  const score = await scoreText(context, id, outcome)
  const args = [number, attempt, encode(outcome), outcome.state, score]
  const answer = await runOnStudy(context, 'finish-trial', { id, number, attempt }, ...args)
  const [state, hint] = finished.parse(answer)
  return { state, ...(hint > 0 && { hint }) }
}

/** As a decimal that reads back exactly; empty without one. A study's metrics never change, so any version of its definition will do. */
export async function scoreText(context: StoreContext, id: StudyId, outcome: TrialOutcome): Promise<string> {
  if (outcome.state !== 'completed') return ''
  const { metrics } = await definitionOf(context, id)
  const score = scoreOf(metrics, outcome.metrics ?? {})
  return score === undefined ? '' : String(score)
}

async function definitionOf(context: StoreContext, id: StudyId): Promise<StudyDefinition> {
  const known = context.definitions.get(id)
  if (known) return known
  const json = await orUnavailable(context.redis.hget(studyKeys(context.prefix, id).study, 'definition'))
  if (json === null) throw refused('study-not-found', { id })
  return context.definitions.decode(id, json)
}
