import { z } from 'zod'
import type { StudyEvent } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import type { JournalPart, Places, StudyRecord } from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { refused } from './error-codes.ts'
import { decodeEntries, revisionOf, revisionSchema } from './journal-entry.ts'
import { readEntries, readEntriesSince } from './journal-reader.ts'
import { studyKeys } from './keys.ts'
import { oncePerTurn } from './once-per-turn.ts'
import { loadScripts } from './scripts/index.ts'
import { loadSnapshot } from './snapshot-reader.ts'
import { orUnavailable, readTogether, runOnStudy, type StoreContext } from './store-context.ts'
import { decodeStudy, studyHashSchema } from './study-codec.ts'

type StudyReader = Pick<
  StudyStore,
  'ping' | 'getStudy' | 'getRevision' | 'places' | 'loadSnapshot' | 'readJournal' | 'readEvents' | 'readSince'
>

// Redis serves nobody else while it gathers an answer, so a long journal comes in parts.
const EVENTS_A_READ = 1000

// A script has hashes as lists: name, value, name, ...
const studyHash = z.preprocess((list) => toFields(list as readonly string[]), studyHashSchema)
const studyAnswer = z.tuple([studyHash, z.number(), z.number(), z.number(), z.number()])
const placesAnswer = z.tuple([
  z.array(z.string().nullable()),
  z.number(),
  z.number(),
  z.number(),
  revisionSchema,
])
const stateAnswer = z.tuple([studyHashSchema.shape.state])

function toFields(list: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (let i = 0; i + 1 < list.length; i += 2) fields[list[i]!] = list[i + 1]!
  return fields
}

export function createStudyReader(context: StoreContext): StudyReader {
  return {
    ping: async () => {
      await orUnavailable(loadScripts(context.redis))
    },
    getStudy: oncePerTurn((id) => getStudy(context, id)),
    getRevision: oncePerTurn((id) => getRevision(context, id)),
    places: (id) => places(context, id),
    loadSnapshot: (id, known) => loadSnapshot(context, id, known),
    readJournal: (id, throughRevision) => readJournal(context, id, throughRevision),
    readEvents: (id, after, limit) => readEvents(context, id, after, limit),
    readSince: async (id, look, limit) => {
      const entries = await readEntriesSince(context, id, look, limit)
      return entries && decodeEntries(context, id, entries)
    },
  }
}

export async function getStudy(context: StoreContext, id: StudyId): Promise<StudyRecord> {
  const answer = studyAnswer.parse(await runOnStudy(context, 'read-study', { id }))
  const [hash, committed, running, paused, revision] = answer
  const { completed, pruned, failed, infeasible, canceled } = hash
  const finished = { completed, pruned, failed, infeasible, canceled }
  const queued = Object.values(finished).reduce((left, count) => left - count, committed - running - paused)
  const study = decodeStudy(id, hash, context.definitions.decode(id, hash.definition))
  return { study, counts: { queued, running, paused, ...finished }, revision }
}

/** Answers most polls. The last event never leaves the stream. */
async function getRevision({ redis, prefix }: StoreContext, id: StudyId): Promise<number> {
  const { journal } = studyKeys(prefix, id)
  const [last] = await orUnavailable(redis.xrevrange(journal, '+', '-', 'COUNT', 1))
  if (!last) throw refused('study-not-found', { id })
  return revisionOf(last)
}

async function places(context: StoreContext, id: StudyId): Promise<Places> {
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hmget(keys.study, 'state', 'trials', 'parallel', 'trainer')
      .hlen(keys.proposals)
      .hlen(keys.active)
      .llen(keys.waiting)
      .xrevrange(keys.journal, '+', '-', 'COUNT', 1),
  )
  const [[state, trials, parallel, trainer], committed, inFlight, waiting, revision] =
    placesAnswer.parse(answer)
  const room = state === 'running' ? Math.min(Number(parallel) - inFlight, Number(trials) - committed) : 0
  return {
    state: studyHashSchema.shape.state.parse(state),
    room,
    waiting,
    nextIndex: committed,
    revision,
    isExternal: trainer === 'external',
  }
}

async function readJournal(
  context: StoreContext,
  id: StudyId,
  throughRevision = Number.POSITIVE_INFINITY,
): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  for (;;) {
    const count = Math.min(EVENTS_A_READ, throughRevision - events.length)
    const { entries } = await readEntries(context, id, events.length, count)
    events.push(...(await decodeEntries(context, id, entries)))
    if (entries.length < EVENTS_A_READ) return events
  }
}

async function readEvents(
  context: StoreContext,
  id: StudyId,
  after: number,
  limit: number,
): Promise<JournalPart> {
  const { entries, rest } = await readEntries(context, id, after, limit, (transaction, keys) =>
    transaction.hget(keys.study, 'state'),
  )
  const [state] = stateAnswer.parse(rest)
  return { events: await decodeEntries(context, id, entries), state }
}
