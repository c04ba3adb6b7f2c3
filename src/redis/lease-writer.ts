import { z } from 'zod'
import type { StudyId } from '../domain/ids.ts'
import type { SearchSpace } from '../domain/search-space.ts'
import type { Proposal, Report, TrialOutcome } from '../domain/trial.ts'
import type { Asked, LeasedTrial, ReportAnswer, TakenTrials, Told } from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { packReport } from './curve.ts'
import { decode, encode } from './json.ts'
import { curveKeyBase } from './keys.ts'
import { runOnStudy, type StoreContext } from './store-context.ts'
import { studyHashSchema } from './study-codec.ts'
import { decodeTrial } from './trial-record.ts'
import { scoreText } from './trial-writer.ts'

type LeaseWriter = Pick<StudyStore, 'takeTrials' | 'commitAsked' | 'reportTrial' | 'tellTrial'>

// What the scripts answer.
const given = z.tuple([z.coerce.number(), z.string(), z.string()])
const committed = z.tuple([z.string()], z.union([z.string(), z.number()]))
const taken = z.tuple(
  [studyHashSchema.shape.state, z.number(), z.string()],
  z.union([z.string(), z.number()]),
)
const reported = z.tuple([
  z.enum(['continue', 'pause', 'study', 'trial', 'superseded', 'finished']),
  z.number(),
  z.number(),
])
const told = z.enum(['finished', 'late', 'lost', 'repeated'])
const leased = z.object({ lease: z.object({ expiresAt: z.number() }) })

export function createLeaseWriter(context: StoreContext): LeaseWriter {
  return {
    takeTrials: (id, asked) => takeTrials(context, id, asked),
    commitAsked: (id, index, proposal, asked) => commitAsked(context, id, index, proposal, asked),
    reportTrial: (id, number, attempt, reports) => reportTrial(context, id, number, attempt, reports),
    tellTrial: (id, number, attempt, outcome) => tellTrial(context, id, number, attempt, outcome),
  }
}

async function takeTrials(
  context: StoreContext,
  id: StudyId,
  { worker, count, leaseMs, only }: Asked & { only?: 'own' },
): Promise<TakenTrials> {
  const lease = [context.clock().getTime(), leaseMs]
  const rest = [context.attemptsMax, curveKeyBase(context.prefix, id)]
  const args = [worker, count, only ?? 'all', ...lease, ...rest]
  const answer = await runOnStudy(context, 'take-trials', { id }, ...args)
  const [state, nextExpiry, definition, ...parts] = taken.parse(answer)
  const { searchSpace } = context.definitions.decode(id, definition)
  const trials = Array.from({ length: parts.length / 3 }, (_, i) =>
    leasedTrial(searchSpace, parts.slice(3 * i, 3 * i + 3)),
  )
  return { state, trials, ...(nextExpiry > 0 && { nextExpiry: new Date(nextExpiry) }) }
}

async function commitAsked(
  context: StoreContext,
  id: StudyId,
  index: number,
  { params, origin }: Proposal,
  { worker, leaseMs }: Asked,
): Promise<LeasedTrial | undefined> {
  const lease = [context.clock().getTime(), leaseMs]
  const { revision } = origin
  const args = [
    index,
    encode(params),
    encode(origin),
    worker,
    ...lease,
    curveKeyBase(context.prefix, id),
    revision,
  ]
  const answer = await runOnStudy(context, 'commit-asked', { id }, ...args)
  if (answer === null) return undefined
  const [definition, ...parts] = committed.parse(answer)
  return leasedTrial(context.definitions.decode(id, definition).searchSpace, parts)
}

function leasedTrial(space: SearchSpace, answer: unknown): LeasedTrial {
  const [number, proposal, active] = given.parse(answer)
  const { lease } = decode(leased, active)
  return { trial: decodeTrial(space, number, { proposal, active }), expiresAt: new Date(lease.expiresAt) }
}

async function reportTrial(
  context: StoreContext,
  id: StudyId,
  number: number,
  attempt: number,
  reports: readonly Report[],
): Promise<ReportAnswer> {
  const args = [number, attempt, context.clock().getTime(), ...reports.flatMap(packReport)]
  const answer = reported.parse(await runOnStudy(context, 'report-trial', { id, number, attempt }, ...args))
  const [order, holder, expiresAt] = answer
  return { order, attempt: holder, ...(expiresAt > 0 && { expiresAt: new Date(expiresAt) }) }
}

async function tellTrial(
  context: StoreContext,
  id: StudyId,
  number: number,
  attempt: number,
  outcome: TrialOutcome,
): Promise<Told> {
  const score = await scoreText(context, id, outcome)
  const args = [number, attempt, encode(outcome), outcome.state, score]
  return told.parse(await runOnStudy(context, 'tell-trial', { id, number, attempt }, ...args))
}
