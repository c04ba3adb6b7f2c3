import { z } from 'zod'
import type { StudyId } from '../domain/ids.ts'
import type { Look } from '../services/ports/study-records.ts'
import { unpackBlock } from './journal-block.ts'
import { entriesSchema, type JournalEntry, revisionOf, timeOf } from './journal-entry.ts'
import { archiveKey } from './keys.ts'
import { type Reads, readInTurn, type StoreContext } from './store-context.ts'

export interface EntriesRead {
  readonly entries: readonly JournalEntry[]
  /** What else was asked for, as of when the last of the entries were read or later. */
  readonly rest: readonly unknown[]
}

const answer = z.tuple([entriesSchema, z.array(z.instanceof(Buffer))], z.unknown())

/**
 * The entries that follow a revision, from the stream and the archive: the one reader of both. `count` of them, fewer
 * only where the journal ends.
 *
 * @param besides further reads of the study. @throws study-not-found
 */
export async function readEntries(
  context: StoreContext,
  id: StudyId,
  after: number,
  count: number,
  besides: Reads = (reads) => reads,
): Promise<EntriesRead> {
  const end = after + count
  const entries: JournalEntry[] = []
  for (;;) {
    const first = after + entries.length + 1
    const [newest, [block], ...rest] = await readStretch(context, id, first, end, besides)
    const isArchived = newest[0] ? revisionOf(newest[0]) > first : block !== undefined
    if (isArchived && !block) throw new Error(`The journal of ${id} lacks revision ${first}.`)
    const part = isArchived ? await fromBlock(block!, first) : newest
    entries.push(...part.slice(0, end + 1 - first))
    if (!isArchived || entries.length === count) return { entries, rest }
  }
}

/**
 * At most `count` entries that came since a look at the journal. Undefined where what was its last entry then is not in
 * it: Redis has lost its last writes, or the study is another one of the same id. The ids tell, for a time comes once.
 */
export async function readEntriesSince(
  context: StoreContext,
  id: StudyId,
  { revision, at }: Look,
  count: number,
): Promise<readonly JournalEntry[] | undefined> {
  const { entries } = await readEntries(context, id, revision - 1, count + 1)
  const [seen, ...since] = entries
  return seen && timeOf(seen) === at ? since : undefined
}

/** The stream first: what it does not have any more is in the archive by then, and stays there. */
async function readStretch(
  context: StoreContext,
  id: StudyId,
  first: number,
  end: number,
  besides: Reads,
): Promise<z.infer<typeof answer>> {
  const archive = archiveKey(context.prefix, id)
  const reads = await readInTurn(context, id, (commands, keys) =>
    besides(
      commands.xrange(keys.journal, first, end).zrangebyscoreBuffer(archive, first, '+inf', 'LIMIT', 0, 1),
      keys,
    ),
  )
  return answer.parse(reads)
}

async function fromBlock(block: Buffer, revision: number): Promise<readonly JournalEntry[]> {
  const entries = await unpackBlock(block)
  return entries.slice(revision - revisionOf(entries[0]!))
}
