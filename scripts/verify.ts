/**
 * Checks that a study's journal tells the whole truth: folds it, holds it against the records and the invariants, and
 * computes every proposal again. Exits 1 with the first difference.
 *
 *   npm run verify -- st_...                     a study of the Redis that REDIS_URL names, or of HONE_DATA_DIR
 *   npm run verify -- journal.jsonl              a journal from a file, whole or in part
 *   npm run verify -- --export st_... > file     writes such a file
 */
import { readFileSync } from 'node:fs'
import { algebraNamed } from '../src/algebra/best-algebra.ts'
import { loadConfig } from '../src/config.ts'
import { parseStudyId, type StudyId } from '../src/domain/ids.ts'
import { formatJournal, parseJournal } from '../src/redis/journal-lines.ts'
import { createStudyStore } from '../src/redis/study-store.ts'
import type { StudyStore } from '../src/services/ports/study-store.ts'
import { type Verification, verifyJournal } from '../src/services/verify/verify-journal.ts'
import { verifyStudy } from '../src/services/verify/verify-study.ts'
import { withRedis } from '../src/with-redis.ts'

const USAGE = 'Usage: npm run verify -- [--export] <study id>, or npm run verify -- <journal file>'

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main([first, second]: readonly string[]): Promise<void> {
  if (first === '--export') return exportJournal(studyId(second))
  const id = parseStudyId(first ?? '')
  if (id) return tell(await withStore((store) => verifyStudy(store, id, algebraNamed)))
  if (!first || first.startsWith('-')) throw new Error(USAGE)
  tell(verifyJournal(parseJournal(readFileSync(first, 'utf8')), algebraNamed))
}

function studyId(text = ''): StudyId {
  const id = parseStudyId(text)
  if (!id) throw new Error(USAGE)
  return id
}

async function exportJournal(id: StudyId): Promise<void> {
  const events = await withStore((store) => store.readJournal(id))
  process.stdout.write(formatJournal(events))
}

function tell({ snapshot, events, reproposed, rejudged, difference }: Verification): void {
  if (difference) throw new Error(`Revision ${difference.revision}: ${difference.message}`)
  const { study, trials } = snapshot!
  const again = `${reproposed} proposals computed again${rejudged > 0 ? `, ${rejudged} trials judged again` : ''}`
  const checked = `${events} events, ${trials.length} trials, ${again}`
  console.log(`${study.id} (${study.state}) is as its journal says: ${checked}.`)
}

async function withStore<T>(use: (store: StudyStore) => Promise<T>): Promise<T> {
  const config = loadConfig()
  const {
    HONE_QUEUE_PREFIX: prefix,
    HONE_TRIAL_ATTEMPTS_MAX: attemptsMax,
    HONE_ARCHIVE_EVENTS: archiveEvents,
  } = config
  return withRedis(config, (redis) =>
    use(createStudyStore({ redis, prefix, clock: () => new Date(), attemptsMax, archiveEvents })),
  )
}
