import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { StudyId } from '../domain/ids.ts'
import { refused } from './error-codes.ts'
import { studyKeys } from './keys.ts'
import { away, type StoreContext } from './store-context.ts'

interface Batch {
  readonly ids: Set<StudyId>
  readonly revisions: Promise<ReadonlyMap<StudyId, number>>
}

/**
 * Reads how far studies are, which answers most polls. One batch is under way at a time, each study in it once; what is
 * asked for meanwhile goes with the next. So no answer is older than its question, as one from memory could be.
 *
 * @throws study-not-found
 */
export function createRevisionReader({ redis, prefix }: StoreContext): (id: StudyId) => Promise<number> {
  let underWay: Promise<unknown> = Promise.resolve()
  let next: Batch | undefined

  function begin(): Batch {
    const ids = new Set<StudyId>()
    const read = () => {
      next = undefined
      return readAll(redis, prefix, [...ids])
    }
    // At the end of a turn of the event loop, with all that came in it.
    const revisions = away(underWay.then(() => nextTurn()).then(read))
    underWay = revisions.catch(() => {})
    return { ids, revisions }
  }

  return (id) => {
    next ??= begin()
    next.ids.add(id)
    return next.revisions.then((revisions) => {
      // The journal of any study begins with its creation.
      if (revisions.get(id) === 0) throw refused('study-not-found', { id })
      return revisions.get(id)!
    })
  }
}

async function readAll(
  redis: Redis,
  prefix: string,
  ids: readonly StudyId[],
): Promise<ReadonlyMap<StudyId, number>> {
  const journals = ids.map((id) => studyKeys(prefix, id).journal)
  // A cluster takes no commands together that are for several of its servers.
  const lengths =
    ids.length === 1 || redis.isCluster
      ? await Promise.all(journals.map((journal) => redis.xlen(journal)))
      : await readTogether(redis, journals)
  return new Map(ids.map((id, i) => [id, lengths[i]!]))
}

async function readTogether(redis: Redis, journals: readonly string[]): Promise<number[]> {
  const pipeline = redis.pipeline()
  for (const journal of journals) pipeline.xlen(journal)
  const answers = (await pipeline.exec()) ?? []
  return answers.map(([error, length]) => {
    if (error) throw error
    return Number(length)
  })
}
