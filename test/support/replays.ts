import { readdirSync, readFileSync } from 'node:fs'
import type { StudyEvent } from '../../src/domain/events.ts'
import { packagePath } from '../../src/package-path.ts'
import { parseJournal } from '../../src/redis/journal-lines.ts'

/** Journals recorded by scripts/golden/replays.ts, by name. */
export const REPLAYS: readonly string[] = readdirSync(packagePath('test', 'golden', 'replays')).sort()

export function readReplay(name: string): StudyEvent[] {
  return parseJournal(readFileSync(packagePath('test', 'golden', 'replays', name), 'utf8'))
}
