import { z } from 'zod'
import type { StudyId } from '../domain/ids.ts'
import type { OpenState, Trial } from '../domain/trial.ts'
import type { Page, TrialListQuery } from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { unpackReports } from './curve.ts'
import { refused } from './error-codes.ts'
import { decodeLayouts } from './journal-entry.ts'
import { decode } from './json.ts'
import { curveKey } from './keys.ts'
import { readTogether, type StoreContext } from './store-context.ts'
import { activeSchema } from './trial-codec.ts'
import { curveStart, decodeTrial } from './trial-record.ts'

type TrialReader = Pick<StudyStore, 'listTrials' | 'getTrial' | 'inFlight'>

// Trials that one call looks at when it must filter: the work of a call is bounded, however rare the state.
const FILTERED_A_READ = 1000

const definition = z.string()
const fields = z.array(z.string().nullable())
const windowAnswer = z.tuple([definition, fields, fields, fields])
const trialAnswer = z.tuple([
  definition,
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.instanceof(Buffer).nullable(),
  z.record(z.string(), z.string()),
])
const inFlightAnswer = z.tuple([z.record(z.string(), z.string())])

export function createTrialReader(context: StoreContext): TrialReader {
  return {
    listTrials: (id, query) => listTrials(context, id, query),
    getTrial: (id, number) => getTrial(context, id, number),
    inFlight: (id) => inFlight(context, id),
  }
}

async function listTrials(context: StoreContext, id: StudyId, query: TrialListQuery): Promise<Page<Trial>> {
  const { state, after = -1, limit } = query
  const { trials, isLast } = await readWindow(context, id, after + 1, state ? FILTERED_A_READ : limit)
  const matching = state ? trials.filter((trial) => trial.state === state) : trials
  const items = matching.slice(0, limit)
  const isCut = matching.length > limit
  if (isLast && !isCut) return { items }
  return { items, nextCursor: String((isCut ? items : trials).at(-1)!.number) }
}

/** Trials `first` to `first + size - 1` as of one instant, as far as there are that many. */
async function readWindow(
  context: StoreContext,
  id: StudyId,
  first: number,
  size: number,
): Promise<{ trials: Trial[]; isLast: boolean }> {
  // One more than asked for tells whether it was the last.
  const numbers = Array.from({ length: size + 1 }, (_, i) => String(first + i))
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hget(keys.study, 'definition')
      .hmget(keys.proposals, ...numbers)
      .hmget(keys.active, ...numbers)
      .hmget(keys.outcomes, ...numbers),
  )
  const [json, proposals, active, outcomes] = windowAnswer.parse(answer)
  const { searchSpace } = context.definitions.decode(id, json)
  const isLast = proposals[size] === null
  const trials = proposals
    .slice(0, size)
    .flatMap((proposal, i) =>
      proposal === null
        ? []
        : [decodeTrial(searchSpace, first + i, { proposal, active: active[i], outcome: outcomes[i] })],
    )
  return { trials, isLast }
}

async function getTrial(context: StoreContext, id: StudyId, number: number): Promise<Trial> {
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hget(keys.study, 'definition')
      .hget(keys.proposals, String(number))
      .hget(keys.active, String(number))
      .hget(keys.outcomes, String(number))
      .getBuffer(curveKey(context.prefix, id, number))
      .hgetall(keys.layouts),
  )
  const [json, proposal, active, outcome, curve, layouts] = trialAnswer.parse(answer)
  if (proposal === null) throw refused('trial-not-found', { id, number })
  const { searchSpace } = context.definitions.decode(id, json)
  const record = { proposal, active, outcome }
  const current = curve?.subarray(curveStart(record)) ?? Buffer.alloc(0)
  const reports = unpackReports(current, decodeLayouts(layouts))
  return { ...decodeTrial(searchSpace, number, record), curve: reports }
}

async function inFlight(context: StoreContext, id: StudyId): Promise<{ number: number; state: OpenState }[]> {
  const answer = await readTogether(context, id, (transaction, keys) => transaction.hgetall(keys.active))
  const [active] = inFlightAnswer.parse(answer)
  return Object.entries(active)
    .map(([number, record]) => ({ number: Number(number), state: decode(activeSchema, record).state }))
    .sort((a, b) => a.number - b.number)
}
