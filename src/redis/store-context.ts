import { isDeepStrictEqual } from 'node:util'
import type { ChainableCommander, Redis } from 'ioredis'
import type { StudyId } from '../domain/ids.ts'
import type { DefinitionCache } from './definition-cache.ts'
import { isFull, refused, type Subject, toHoneError } from './error-codes.ts'
import { curveKey, enqueuedKey, type StudyKeys, studyKeys } from './keys.ts'
import { runScript, type ScriptName } from './scripts/index.ts'

/** What a script of a study needs. */
export interface ScriptContext {
  readonly redis: Redis
  /** First part of every key. */
  readonly prefix: string
  readonly clock: () => Date
}

export interface StoreOptions extends ScriptContext {
  /** Workers a trial may crash before it is failed. */
  readonly attemptsMax: number
  /** Old events that are put away together. */
  readonly archiveEvents: number
}

export interface StoreContext extends StoreOptions {
  readonly definitions: DefinitionCache
}

export type Argument = string | number | Buffer

/** Runs one script of a study at the present time. @throws HoneError for what the script refuses. */
export async function runOnStudy(
  context: ScriptContext,
  script: ScriptName,
  subject: Subject,
  ...args: readonly Argument[]
): Promise<unknown> {
  const { redis, prefix, clock } = context
  const { id, number, token } = subject
  const keys = Object.values(studyKeys(prefix, id))
  if (number !== undefined) keys.push(curveKey(prefix, id, number))
  if (token !== undefined) keys.push(enqueuedKey(prefix, id))
  return orUnavailable(runScript(redis, script, keys, [clock().getTime(), ...args]), subject)
}

export type Reads = (reads: ChainableCommander, keys: StudyKeys) => ChainableCommander

/** Reads several keys of a study at one instant. @throws study-not-found */
export async function readTogether(context: StoreContext, id: StudyId, read: Reads): Promise<unknown[]> {
  try {
    return await readStudy(context, id, context.redis.multi(), read)
  } catch (error) {
    if (!isFull(error)) throw error
    return readBetweenChanges(context, id, read)
  }
}

/** A full Redis queues no transaction, not even one that only reads. It takes few changes either. */
async function readBetweenChanges(context: StoreContext, id: StudyId, read: Reads): Promise<unknown[]> {
  const answers = await readInTurn(context, id, (reads, keys) =>
    readRevision(read(readRevision(reads, keys), keys), keys),
  )
  const isUnchanged = isDeepStrictEqual(answers.shift(), answers.pop())
  return isUnchanged ? answers : readTogether(context, id, read)
}

function readRevision(reads: ChainableCommander, { journal }: StudyKeys): ChainableCommander {
  return reads.xrevrange(journal, '+', '-', 'COUNT', 1)
}

/** Reads several keys of a study, one after the other but in one round trip. @throws study-not-found */
export async function readInTurn(context: StoreContext, id: StudyId, read: Reads): Promise<unknown[]> {
  return readStudy(context, id, context.redis.pipeline(), read)
}

/** Whether the study is there is looked at last: then it was there before. */
async function readStudy(
  { prefix }: StoreContext,
  id: StudyId,
  reads: ChainableCommander,
  read: Reads,
): Promise<unknown[]> {
  const keys = studyKeys(prefix, id)
  const answers = (await orUnavailable(read(reads, keys).exists(keys.study).exec())) ?? []
  for (const [error] of answers) if (error) throw toHoneError(error, { id })
  const values = answers.map(([, answer]) => answer)
  if (!values.pop()) throw refused('study-not-found', { id })
  return values
}

/** Words the failure of a command: a Redis that is away becomes storage-unavailable. */
export async function orUnavailable<T>(command: Promise<T>, subject?: Subject): Promise<T> {
  return command.catch((error: unknown) => {
    throw toHoneError(error, subject)
  })
}
