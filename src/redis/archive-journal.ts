import { z } from 'zod'
import type { StudyId } from '../domain/ids.ts'
import { isStudyFinished } from '../domain/study.ts'
import { packBlock } from './journal-block.ts'
import { type JournalEntry, revisionOf } from './journal-entry.ts'
import { archiveKey, studyKeys } from './keys.ts'
import { orUnavailable, readTogether, runOnStudy, type StoreContext } from './store-context.ts'
import { studyHashSchema } from './study-codec.ts'

// Of a block: the newest that stay, for they are read most, and the least that is worth a block, which takes 100 bytes
// beside its content, and the set of them a kilobyte.
const SPARED_SHARE = 1 / 4

const answer = z.tuple([z.number(), studyHashSchema.shape.state])

/**
 * Puts the oldest entries of a journal away, `archiveEvents` of them at a time, and so leaves fewer than one and a
 * quarter of that; of a study that is over less than a quarter. Several processes may do it at once, and die over it.
 * @throws study-not-found
 */
export async function archiveJournal(context: StoreContext, id: StudyId): Promise<void> {
  for (;;) {
    const count = await countOldest(context, id)
    if (count === 0) return
    await archiveOldest(context, id, count)
  }
}

/** How many entries are to go into the next block. */
async function countOldest(context: StoreContext, id: StudyId): Promise<number> {
  const { archiveEvents } = context
  const reads = await readTogether(context, id, (transaction, keys) =>
    transaction.xlen(keys.journal).hget(keys.study, 'state'),
  )
  const [length, state] = answer.parse(reads)
  const spared = Math.ceil(SPARED_SHARE * archiveEvents)
  if (length >= archiveEvents + spared) return archiveEvents
  // The last one stays: it tells the revision.
  const count = Math.min(length - 1, archiveEvents)
  return isStudyFinished(state) && count >= spared ? count : 0
}

/** Nothing happens when another process is faster. */
async function archiveOldest(context: StoreContext, id: StudyId, count: number): Promise<void> {
  const { redis, prefix } = context
  const { journal } = studyKeys(prefix, id)
  const entries: JournalEntry[] = await orUnavailable(redis.xrange(journal, '-', '+', 'COUNT', count))
  const [first, last] = [entries[0], entries.at(-1)]
  // Deleted this moment.
  if (!first || !last) return
  const args = [archiveKey(prefix, id), first[0], revisionOf(last), await packBlock(entries)]
  await runOnStudy(context, 'archive-block', { id }, ...args)
}
