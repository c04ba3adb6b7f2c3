import type { StudyId } from '../domain/ids.ts'
import type { StudyDefinition } from '../domain/study.ts'
import { definitionSchema } from './definition-codec.ts'
import { decode } from './json.ts'

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

// Two such generations are more than a process works on at once; a definition is some kB, the largest a MB.
const GENERATION = 100

/** What was not read while a generation of others was is forgotten with the next: no entry is ever moved by its use. */
export function createDefinitionCache(): DefinitionCache {
  let young = new Map<StudyId, Entry>()
  let old = new Map<StudyId, Entry>()

  function keep(id: StudyId, entry: Entry): StudyDefinition {
    if (young.get(id) !== entry) young.set(id, entry)
    if (young.size >= GENERATION) {
      old = young
      young = new Map()
    }
    return entry.definition
  }

  return {
    get: (id) => (young.get(id) ?? old.get(id))?.definition,
    decode(id, json) {
      const known = young.get(id) ?? old.get(id)
      const entry = known?.json === json ? known : { json, definition: decode(definitionSchema, json) }
      return keep(id, entry)
    },
  }
}
