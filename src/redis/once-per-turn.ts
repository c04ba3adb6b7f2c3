import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StudyId } from '../domain/ids.ts'

/**
 * The same read, sent at the end of a turn of the event loop for all who asked for that study in it. So a crowd costs
 * one read, and no answer is older than its question, as one from memory could be.
 */
export function oncePerTurn<Result>(
  read: (id: StudyId) => Promise<Result>,
): (id: StudyId) => Promise<Result> {
  // Each turn has a Map of its own: see access/limit-load.ts on those that much goes through.
  let reads = new Map<StudyId, Promise<Result>>()
  let turn: Promise<void> | undefined

  async function endOfTurn(): Promise<void> {
    await nextTurn()
    reads = new Map()
    turn = undefined
  }

  async function readLater(id: StudyId): Promise<Result> {
    turn ??= endOfTurn()
    await turn
    return read(id)
  }

  return (id) => {
    const shared = reads.get(id) ?? readLater(id)
    reads.set(id, shared)
    return shared
  }
}
