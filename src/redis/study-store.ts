import type { StudyStore } from '../services/ports/study-store.ts'
import { createDefinitionCache } from './definition-cache.ts'
import { createLeaseWriter } from './lease-writer.ts'
import type { StoreOptions } from './store-context.ts'
import { createStudyLists } from './study-list.ts'
import { createStudyReader } from './study-reader.ts'
import { createStudyWriter } from './study-writer.ts'
import { createTrialReader } from './trial-reader.ts'
import { createTrialWriter } from './trial-writer.ts'

/** The studies in Redis. A change is one script of scripts/; a read of records is one transaction. */
export function createStudyStore(options: StoreOptions): StudyStore {
  const context = { ...options, definitions: createDefinitionCache() }
  return {
    ...createStudyReader(context),
    ...createStudyWriter(context),
    ...createStudyLists(context),
    ...createTrialReader(context),
    ...createTrialWriter(context),
    ...createLeaseWriter(context),
  }
}
