import type { SearchSpace } from '../domain/search-space.ts'
import type { StudyDefinition } from '../domain/study.ts'
import { SAMPLERS } from './registry.ts'
import { withLogarithms } from './space/wide-ranges.ts'

/** The space as a study's sampler searches it. */
export function samplerSpace({ searchSpace, sampler }: StudyDefinition): SearchSpace {
  return SAMPLERS[sampler.kind].takesLogarithms ? withLogarithms(searchSpace) : searchSpace
}
