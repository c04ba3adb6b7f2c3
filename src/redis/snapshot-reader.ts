import { z } from 'zod'
import { applyEvent, type StudySnapshot } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import type { Trial } from '../domain/trial.ts'
import { decode, decodeStudy, eventSchema, studyHashSchema } from './codecs.ts'
import { readTogether, type StoreContext } from './store-context.ts'
import { decodeTrial } from './trial-record.ts'

// A worker that has not looked for longer reads the records instead: about as much to read as these events.
const EVENTS_MAX = 3000
// How every such event begins: prelude.lua. Reports are of no concern here and may be most of a journal.
const REPORTS = '{"type":"values-reported"'

const textHash = z.record(z.string(), z.string())
const wholeAnswer = z.tuple([studyHashSchema, textHash, textHash, z.array(z.string()), textHash, z.number()])
const sinceAnswer = z.tuple([z.string(), z.array(z.tuple([z.string(), z.array(z.string())]))])

/** A study as of now, without curves. @param known an earlier one, which spares reading what it holds. */
export async function loadSnapshot(
  context: StoreContext,
  id: StudyId,
  known: StudySnapshot | undefined,
): Promise<StudySnapshot> {
  return (known && (await readOn(context, id, known))) ?? loadWhole(context, id)
}

async function loadWhole(context: StoreContext, id: StudyId): Promise<StudySnapshot> {
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hgetall(keys.study)
      .hgetall(keys.proposals)
      .hgetall(keys.active)
      .lrange(keys.waiting, 0, -1)
      .hgetall(keys.outcomes)
      .xlen(keys.journal),
  )
  const [hash, proposals, active, waiting, outcomes, revision] = wholeAnswer.parse(answer)
  const trials = Object.keys(proposals).map((_, number) =>
    decodeTrial(number, { proposal: proposals[number]!, active: active[number], outcome: outcomes[number] }),
  )
  const study = decodeStudy(id, hash, context.definitions.decode(id, hash.definition))
  return { study, trials, waiting: waiting.map(Number), revision }
}

/** Undefined when too much has come since, or the study is another one of the same id. */
async function readOn(
  context: StoreContext,
  id: StudyId,
  known: StudySnapshot,
): Promise<StudySnapshot | undefined> {
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hget(keys.study, 'createdAt')
      .xrange(keys.journal, `${known.revision + 1}-0`, '+', 'COUNT', EVENTS_MAX),
  )
  const [createdAt, entries] = sinceAnswer.parse(answer)
  if (createdAt !== known.study.createdAt || entries.length === EVENTS_MAX) return undefined
  return fold(
    known,
    entries.map(([, fields]) => fields[1]!),
  )
}

function fold(known: StudySnapshot, entries: readonly string[]): StudySnapshot {
  let snapshot = known
  const changed = new Set<number>()
  for (const json of entries) {
    if (json.startsWith(REPORTS)) {
      snapshot = { ...snapshot, revision: snapshot.revision + 1 }
      continue
    }
    const event = decode(eventSchema, json)
    snapshot = applyEvent(snapshot, event)
    if ('number' in event) changed.add(event.number)
  }
  return { ...snapshot, trials: withoutCurves(snapshot.trials, changed) }
}

function withoutCurves(trials: readonly Trial[], numbers: ReadonlySet<number>): readonly Trial[] {
  const stripped = [...trials]
  for (const number of numbers) {
    const { curve: _, ...trial } = trials[number]!
    stripped[number] = trial
  }
  return stripped
}
