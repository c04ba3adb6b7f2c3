import { z } from 'zod'
import { applyEvents, type Change } from '../domain/apply-event.ts'
import type { StudyId } from '../domain/ids.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import type { Trial } from '../domain/trial.ts'
import {
  decodeEvent,
  isOfReports,
  type JournalEntry,
  lastEntrySchema,
  revisionOf,
  timeOf,
} from './journal-entry.ts'
import { readEntriesSince } from './journal-reader.ts'
import { readTogether, type StoreContext } from './store-context.ts'
import { decodeStudy, studyHashSchema } from './study-codec.ts'
import { decodeTrial } from './trial-record.ts'

// A worker that has not looked for longer reads the records instead: about as much to read as these events.
const EVENTS_MAX = 3000
// A few milliseconds of Redis's time.
const TRIALS_A_READ = 2000

const textHash = z.record(z.string(), z.string())
const fields = z.array(z.string().nullable())
const partAnswer = z.tuple([z.number(), fields, fields])
const lastAnswer = z.tuple([
  studyHashSchema,
  z.number(),
  textHash,
  z.array(z.string()),
  fields,
  lastEntrySchema,
])

/** A study as of now, without curves. @param known an earlier one, which spares reading what it holds. */
export async function loadSnapshot(
  context: StoreContext,
  id: StudyId,
  known: StudySnapshot | undefined,
): Promise<StudySnapshot> {
  return (known && (await readOn(context, id, known))) ?? loadWhole(context, id)
}

/**
 * What was proposed and how it ended is written once, so it is read in parts, for Redis serves nobody else meanwhile.
 * The last part comes with all that changes, at one instant.
 */
async function loadWhole(context: StoreContext, id: StudyId): Promise<StudySnapshot> {
  const proposals: string[] = []
  const outcomes: (string | null)[] = []
  for (;;) {
    const [committed, ...part] = await readPart(context, id, proposals.length)
    proposals.push(...part[0])
    outcomes.push(...part[1])
    if (proposals.length < committed) continue
    const snapshot = await readLast(context, id, proposals, outcomes)
    if (snapshot) return snapshot
  }
}

/** How many trials there are, and the proposals and outcomes of some from `first` on. */
async function readPart(
  context: StoreContext,
  id: StudyId,
  first: number,
): Promise<[number, string[], (string | null)[]]> {
  const numbers = Array.from({ length: TRIALS_A_READ }, (_, i) => String(first + i))
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hlen(keys.proposals)
      .hmget(keys.proposals, ...numbers)
      .hmget(keys.outcomes, ...numbers),
  )
  const [committed, proposals, outcomes] = partAnswer.parse(answer)
  const known = proposals.filter((proposal) => proposal !== null)
  return [committed, known, outcomes.slice(0, known.length)]
}

/**
 * The study at one instant, its trials as far as they are known and how those have ended that were open. Undefined when
 * further trials were committed.
 */
async function readLast(
  context: StoreContext,
  id: StudyId,
  proposals: readonly string[],
  outcomes: (string | null)[],
): Promise<StudySnapshot | undefined> {
  const open = outcomes.flatMap((outcome, number) => (outcome === null ? [number] : []))
  // HMGET wants one field at least; no trial has this one.
  const numbers = ['none', ...open.map(String)]
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hgetall(keys.study)
      .hlen(keys.proposals)
      .hgetall(keys.active)
      .lrange(keys.waiting, 0, -1)
      // In a list: for a hundred thousand arguments there is no room on the stack.
      .call('HMGET', [keys.outcomes, ...numbers])
      .xrevrange(keys.journal, '+', '-', 'COUNT', 1),
  )
  const [hash, committed, active, waiting, [, ...ends], last] = lastAnswer.parse(answer)
  if (committed !== proposals.length) return undefined
  for (const [i, number] of open.entries()) outcomes[number] = ends[i]!
  const definition = context.definitions.decode(id, hash.definition)
  const trials = proposals.map((proposal, number) =>
    decodeTrial(definition.searchSpace, number, {
      proposal,
      active: active[number],
      outcome: outcomes[number],
    }),
  )
  const study = decodeStudy(id, hash, definition)
  return { study, trials, waiting: waiting.map(Number), revision: revisionOf(last), at: timeOf(last) }
}

/** Undefined when too much has come since, or `known` is not of this journal. */
async function readOn(
  context: StoreContext,
  id: StudyId,
  known: StudySnapshot,
): Promise<StudySnapshot | undefined> {
  const entries = await readEntriesSince(context, id, known, EVENTS_MAX)
  return entries && entries.length < EVENTS_MAX ? fold(known, entries) : undefined
}

/** Reports are of no concern here and may be most of a journal. */
function fold(known: StudySnapshot, entries: readonly JournalEntry[]): StudySnapshot {
  const events = entries.filter((entry) => !isOfReports(entry)).map((entry) => decodeEvent(entry) as Change)
  const { trials, ...rest } = applyEvents(known, events)
  const numbers = events.flatMap((event) => ('number' in event ? event.number : []))
  const last = entries.at(-1)
  return {
    ...rest,
    trials: withoutCurves(trials, numbers),
    revision: known.revision + entries.length,
    at: last ? timeOf(last) : known.at,
  }
}

function withoutCurves(trials: readonly Trial[], numbers: readonly number[]): readonly Trial[] {
  const stripped = [...trials]
  for (const number of numbers) {
    const { curve: _, ...trial } = stripped[number]!
    stripped[number] = trial
  }
  return stripped
}
