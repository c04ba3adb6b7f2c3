import type { Redis } from 'ioredis'
import { createStudyStore } from '../../src/redis/study-store.ts'
import type { StudyStore } from '../../src/services/ports/study-store.ts'

/** What a launched service has written to its Redis, to be looked at: the numbers matter to who writes alone. */
export function storeOf(redis: Redis): StudyStore {
  return createStudyStore({
    redis,
    prefix: 'hone',
    clock: () => new Date(),
    attemptsMax: 1,
    archiveEvents: 256,
  })
}
