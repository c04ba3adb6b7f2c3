import { z } from 'zod'
import type { StudyEvent } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import type { JournalPart, Places, StudyRecord } from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { decodeStudy, studyHashSchema } from './codecs.ts'
import { refused } from './error-codes.ts'
import { decodeEntries, entriesSchema, type JournalEntry } from './journal-entry.ts'
import { studyKeys } from './keys.ts'
import { oncePerTurn } from './once-per-turn.ts'
import { loadScripts } from './scripts/index.ts'
import { loadSnapshot } from './snapshot-reader.ts'
import { away, readTogether, runOnStudy, type StoreContext } from './store-context.ts'

type StudyReader = Pick<
  StudyStore,
  'ping' | 'getStudy' | 'getRevision' | 'places' | 'loadSnapshot' | 'readJournal' | 'readEvents'
>

// Redis serves nobody else while it gathers an answer, so a long journal comes in parts.
const EVENTS_A_READ = 1000

// A script has hashes as lists: name, value, name, ...
const studyHash = z
  .array(z.string())
  .transform((list) =>
    Object.fromEntries(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1]]] : []))),
  )
  .pipe(studyHashSchema)
const studyAnswer = z.tuple([studyHash, z.number(), z.number(), z.number(), z.number()])
const placesAnswer = z.tuple([z.array(z.string().nullable()), z.number(), z.number(), z.number(), z.number()])
const partAnswer = z.tuple([entriesSchema, studyHashSchema.shape.state])

export function createStudyReader(context: StoreContext): StudyReader {
  return {
    ping: async () => {
      await away(loadScripts(context.redis))
    },
    getStudy: oncePerTurn((id) => getStudy(context, id)),
    getRevision: oncePerTurn((id) => getRevision(context, id)),
    places: (id) => places(context, id),
    loadSnapshot: (id, known) => loadSnapshot(context, id, known),
    readJournal: (id, throughRevision) => readJournal(context, id, throughRevision),
    readEvents: (id, after, limit) => readEvents(context, id, after, limit),
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

/** Answers most polls. The journal of any study begins with its creation. */
async function getRevision({ redis, prefix }: StoreContext, id: StudyId): Promise<number> {
  const revision = await away(redis.xlen(studyKeys(prefix, id).journal))
  if (revision === 0) throw refused('study-not-found', { id })
  return revision
}

async function places(context: StoreContext, id: StudyId): Promise<Places> {
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction
      .hmget(keys.study, 'state', 'trials', 'parallel', 'trainer')
      .hlen(keys.proposals)
      .hlen(keys.active)
      .llen(keys.waiting)
      .xlen(keys.journal),
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

/** The journal only grows, so reading it in parts gives one consistent prefix. */
async function readJournal(
  context: StoreContext,
  id: StudyId,
  throughRevision?: number,
): Promise<StudyEvent[]> {
  const { redis, prefix } = context
  const { journal } = studyKeys(prefix, id)
  const end = throughRevision ?? '+'
  const events: StudyEvent[] = []
  for (;;) {
    const part = redis.xrange(journal, events.length + 1, end, 'COUNT', EVENTS_A_READ)
    const entries: JournalEntry[] = await away(part)
    events.push(...(await decodeEntries(context, id, entries)))
    if (entries.length < EVENTS_A_READ) break
  }
  if (events.length === 0) throw refused('study-not-found', { id })
  return events
}

async function readEvents(
  context: StoreContext,
  id: StudyId,
  after: number,
  limit: number,
): Promise<JournalPart> {
  const answer = await readTogether(context, id, (transaction, keys) =>
    transaction.xrange(keys.journal, after + 1, '+', 'COUNT', limit).hget(keys.study, 'state'),
  )
  const [entries, state] = partAnswer.parse(answer)
  return { events: await decodeEntries(context, id, entries), state }
}
