import { randomBytes } from 'node:crypto'
import { newStudyId, type StudyId } from '../../../src/domain/ids.ts'
import type { Metric } from '../../../src/domain/metric.ts'
import type { Limits, StudyDefinition } from '../../../src/domain/study.ts'
import type { Proposal } from '../../../src/domain/trial.ts'
import { connectRedis } from '../../../src/redis/connect.ts'
import { createStudyStore } from '../../../src/redis/study-store.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import type { TestRedis } from '../../support/redis.ts'

export const METRIC: Metric = { name: 'loss', goal: 'minimize' }

export function aStudy(limits: Partial<Limits> = {}, metric: Metric = METRIC): StudyDefinition {
  return {
    name: 'A study',
    seed: 7,
    tags: [],
    searchSpace: {
      parameters: [{ name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' }],
      constraints: [],
    },
    metrics: [metric],
    trainer: { kind: 'function', name: 'sphere' },
    sampler: { kind: 'auto' },
    pruner: { kind: 'none' },
    limits: { trials: 3, parallel: 2, ...limits },
  }
}

export function aProposal(x: number, revision = 1): Proposal {
  return { params: { x }, origin: { sampler: 'sobol', version: 1, phase: 'startup', revision } }
}

export function aStudyId(): StudyId {
  return newStudyId(randomBytes(16))
}

/** A clock that moves one millisecond a look, so that no two times are the same. */
export function tickingClock(): () => Date {
  let now = Date.UTC(2026, 0, 1)
  return () => new Date(now++)
}

// So few that hardly a history is too short to be put away.
export const ARCHIVE_EVENTS = 4

export function aStore({ redis }: Pick<TestRedis, 'redis'>, attemptsMax = 3, prefix = 'test'): StudyStore {
  const clock = tickingClock()
  return createStudyStore({ redis, prefix, clock, attemptsMax, archiveEvents: ARCHIVE_EVENTS })
}

/** The same over a connection of its own, closed by `disconnect`. */
export function anotherStore({ url }: Pick<TestRedis, 'url'>): { store: StudyStore; disconnect(): void } {
  const redis = connectRedis(url)
  return { store: aStore({ redis }), disconnect: () => redis.disconnect() }
}

export async function createStudy(store: StudyStore, definition = aStudy()): Promise<StudyId> {
  const id = aStudyId()
  await store.createStudy(id, definition)
  return id
}

/** Commits and starts the next trial; its number and attempt. */
export async function runningTrial(
  store: StudyStore,
  id: StudyId,
): Promise<{ number: number; attempt: number }> {
  const { nextIndex } = await store.places(id)
  await store.commitProposals(id, nextIndex, [aProposal(0.5)])
  const started = await store.startTrial(id, nextIndex, 'worker-1')
  if (started === 'gone' || started === 'held') throw new Error(`Trial ${nextIndex} is ${started}.`)
  return { number: nextIndex, attempt: started.trial.attempt }
}
