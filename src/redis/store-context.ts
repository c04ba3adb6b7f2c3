import type { ChainableCommander, Redis } from 'ioredis'
import type { StudyId } from '../domain/ids.ts'
import type { DefinitionCache } from './definition-cache.ts'
import { refused, type Subject, toHoneError } from './error-codes.ts'
import { curveKey, enqueuedKey, type StudyKeys, studyKeys } from './keys.ts'
import { runScript, type ScriptName } from './scripts/index.ts'

export interface StoreOptions {
  readonly redis: Redis
  /** First part of every key. */
  readonly prefix: string
  readonly clock: () => Date
  /** Workers a trial may crash before it is failed. */
  readonly attemptsMax: number
}

export interface StoreContext extends StoreOptions {
  readonly definitions: DefinitionCache
}

export type Argument = string | number | Buffer

/** Runs one script of a study at the present time. @throws HoneError for what the script refuses. */
export async function runOnStudy(
  context: Omit<StoreContext, 'definitions'>,
  script: ScriptName,
  subject: Subject,
  ...args: readonly Argument[]
): Promise<unknown> {
  const { redis, prefix, clock } = context
  const { id, number, token } = subject
  const keys = Object.values(studyKeys(prefix, id))
  if (number !== undefined) keys.push(curveKey(prefix, id, number))
  if (token !== undefined) keys.push(enqueuedKey(prefix, id))
  return away(runScript(redis, script, keys, [clock().getTime(), ...args]), subject)
}

/** Reads several keys of a study at one instant. @throws study-not-found */
export async function readTogether(
  { redis, prefix }: StoreContext,
  id: StudyId,
  read: (transaction: ChainableCommander, keys: StudyKeys) => ChainableCommander,
): Promise<unknown[]> {
  const keys = studyKeys(prefix, id)
  const answers = (await away(read(redis.multi().exists(keys.study), keys).exec())) ?? []
  for (const [error] of answers) if (error) throw toHoneError(error, { id })
  const [exists, ...rest] = answers.map(([, answer]) => answer)
  if (!exists) throw refused('study-not-found', { id })
  return rest
}

/** Words the failure of a command: a Redis that is away becomes storage-unavailable. */
export async function away<T>(command: Promise<T>, subject?: Subject): Promise<T> {
  return command.catch((error: unknown) => {
    throw toHoneError(error, subject)
  })
}
