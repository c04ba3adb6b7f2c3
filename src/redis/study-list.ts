import type { Redis } from 'ioredis'
import { isCode } from '../domain/errors.ts'
import { parseStudyId, type StudyId } from '../domain/ids.ts'
import type { Look, Page, StudyListQuery, StudyRecord } from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { revisionOf, timeOf } from './journal-entry.ts'
import {
  closedStudiesKey,
  openStudiesKey,
  type StudyKeys,
  studiesKey,
  studyKeys,
  untoldStudiesKey,
} from './keys.ts'
import { orUnavailable, type StoreContext } from './store-context.ts'
import { getStudy } from './study-reader.ts'

type StudyLists = Pick<
  StudyStore,
  'listStudies' | 'listOpenStudies' | 'listClosedStudies' | 'isOpen' | 'forgetUncreated'
>

// Studies that one call looks at when it must filter: the work of a call is bounded, however rare the match.
const FILTERED_A_READ = 200

export function createStudyLists(context: StoreContext): StudyLists {
  return {
    listStudies: (query) => listStudies(context, query),
    listOpenStudies: () => listOpenStudies(context),
    listClosedStudies: (before, limit) => listClosedStudies(context, before, limit),
    isOpen: async (id) =>
      (await orUnavailable(context.redis.zscore(openStudiesKey(context.prefix), id))) !== null,
    forgetUncreated: (before) => forgetUncreated(context, before),
  }
}

/** An entry of the list and its study; none when the study is gone, or not created yet. */
interface Entry {
  readonly member: string
  readonly record: StudyRecord | undefined
}

/** The cursor is the last entry looked at, so studies created or deleted meanwhile shift nothing. */
async function listStudies(context: StoreContext, query: StudyListQuery): Promise<Page<StudyRecord>> {
  const { limit } = query
  const isFiltered = Boolean(query.state ?? query.tag ?? query.q)
  const { entries, isLast } = await readWindow(context, isFiltered ? FILTERED_A_READ : limit, query)
  const matching = entries.filter(({ record }) => record && matches(record, query))
  const found = matching.slice(0, limit)
  const isCut = matching.length > limit
  const items = found.map(({ record }) => record!)
  if (isLast && !isCut) return { items }
  return { items, nextCursor: (isCut ? found : entries).at(-1)!.member }
}

async function readWindow(
  context: StoreContext,
  size: number,
  { cursor, sort }: StudyListQuery,
): Promise<{ entries: Entry[]; isLast: boolean }> {
  const isOldestFirst = sort === 'createdAt'
  const start = cursor === undefined ? (isOldestFirst ? '-' : '+') : `(${cursor}`
  const key = studiesKey(context.prefix)
  // One more than asked for tells whether it was the last.
  const members = await orUnavailable(
    isOldestFirst
      ? context.redis.zrangebylex(key, start, '+', 'LIMIT', 0, size + 1)
      : context.redis.zrevrangebylex(key, start, '-', 'LIMIT', 0, size + 1),
  )
  const window = members.slice(0, size)
  const records = await Promise.all(window.map((member) => findStudy(context, studyOf(member))))
  const entries = window.map((member, i) => ({ member, record: ifOf(member, records[i]) }))
  return { entries, isLast: members.length <= size }
}

/** Of an entry whose study is not there, or is another one's of the same id. */
function ifOf(member: string, record: StudyRecord | undefined): StudyRecord | undefined {
  return Date.parse(record?.study.createdAt ?? '') === Number.parseInt(member, 10) ? record : undefined
}

function studyOf(member: string): StudyId {
  return parseStudyId(member.slice(member.indexOf(':') + 1))!
}

async function findStudy(context: StoreContext, id: StudyId): Promise<StudyRecord | undefined> {
  return getStudy(context, id).catch((error: unknown) => {
    if (isCode(error, 'study-not-found')) return undefined
    throw error
  })
}

function matches({ study }: StudyRecord, { state, tag, q }: StudyListQuery): boolean {
  const { name, tags } = study.definition
  if (state && study.state !== state) return false
  if (tag && !tags.includes(tag)) return false
  return !q || name.toLowerCase().includes(q.toLowerCase())
}

/** Skips ids without a journal: their study is being created this moment, or a crash came between. */
async function listOpenStudies(context: StoreContext): Promise<Map<StudyId, Look>> {
  const members = await orUnavailable(context.redis.zrange(openStudiesKey(context.prefix), 0, '-1'))
  const ids = members.map((member) => parseStudyId(member)!)
  const ends = await readEach(context, ids, (redis, { journal }) =>
    redis.xrevrange(journal, '+', '-', 'COUNT', 1),
  )
  const looks = new Map<StudyId, Look>()
  for (const [i, [last]] of ends.entries())
    if (last) looks.set(ids[i]!, { revision: revisionOf(last), at: timeOf(last) })
  return looks
}

// In one go, but so that others have their turn.
const STUDIES_A_READ = 500

/** What one command answers of each study. */
async function readEach<Answer>(
  { redis, prefix }: StoreContext,
  ids: readonly StudyId[],
  read: (redis: Redis, keys: StudyKeys) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let i = 0; i < ids.length; i += STUDIES_A_READ) {
    const some = ids.slice(i, i + STUDIES_A_READ)
    answers.push(...(await orUnavailable(Promise.all(some.map((id) => read(redis, studyKeys(prefix, id)))))))
  }
  return answers
}

async function forgetUncreated(context: StoreContext, before: Date): Promise<void> {
  const open = openStudiesKey(context.prefix)
  const old = await orUnavailable(
    context.redis.zrange(open, '-inf', `(${before.getTime()}`, 'BYSCORE', 'WITHSCORES'),
  )
  const ids = old.filter((_, i) => i % 2 === 0).map((member) => parseStudyId(member)!)
  const exist = await readEach(context, ids, (redis, { study }) => redis.exists(study))
  for (const [i, id] of ids.entries())
    if (exist[i] === 0) await takeOffLists(context, id, new Date(Number(old[2 * i + 1])))
}

/** Off that of open studies last, by which the sweep finds what a crash leaves. */
export async function takeOffLists(context: StoreContext, id: StudyId, createdAt: Date): Promise<void> {
  const { redis, prefix } = context
  await orUnavailable(redis.zrem(studiesKey(prefix), listMember(id, createdAt)))
  await orUnavailable(redis.srem(untoldStudiesKey(prefix), id))
  await orUnavailable(redis.zrem(closedStudiesKey(prefix), id))
  await orUnavailable(redis.zrem(openStudiesKey(prefix), id))
}

/** Of the list of studies; its order as text is that of creation. */
export function listMember(id: StudyId, createdAt: Date): string {
  return `${String(createdAt.getTime()).padStart(15, '0')}:${id}`
}

async function listClosedStudies(
  { redis, prefix }: StoreContext,
  before: Date,
  limit: number,
): Promise<StudyId[]> {
  const key = closedStudiesKey(prefix)
  const members = await orUnavailable(
    redis.zrangebyscore(key, '-inf', `(${before.getTime()}`, 'LIMIT', 0, limit),
  )
  return members.map((member) => parseStudyId(member)!)
}
