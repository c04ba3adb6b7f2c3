import type { StudyId } from '../domain/ids.ts'
import type { StudyDefinition } from '../domain/study.ts'
import { decode, definitionSchema } from './codecs.ts'

/** Definitions read lately. To parse one costs as much as all else that a worker does for a trial that is free. */
export interface DefinitionCache {
  /** As it was when last read: for what of it never changes. */
  get(id: StudyId): StudyDefinition | undefined
  decode(id: StudyId, json: string): StudyDefinition
}

interface Entry {
  readonly json: string
  readonly definition: StudyDefinition
}

// More than a process works on at once; a definition is some kB, the largest a MB.
const ENTRIES_MAX = 200

export function createDefinitionCache(): DefinitionCache {
  // In the order of their last use.
  const entries = new Map<StudyId, Entry>()

  function keep(id: StudyId, entry: Entry): StudyDefinition {
    entries.delete(id)
    entries.set(id, entry)
    if (entries.size > ENTRIES_MAX) entries.delete(entries.keys().next().value!)
    return entry.definition
  }

  return {
    get: (id) => entries.get(id)?.definition,
    decode(id, json) {
      const known = entries.get(id)
      const entry = known?.json === json ? known : { json, definition: decode(definitionSchema, json) }
      return keep(id, entry)
    },
  }
}
