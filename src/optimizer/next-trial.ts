import type { ParameterValues } from '../domain/search-space.ts'
import type { EndReason } from '../domain/study.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import type { Proposal } from '../domain/trial.ts'
import { adviseStopping } from './advise-stopping.ts'
import type { Numerics } from './numerics.ts'
import { propose } from './propose.ts'
import { encodeSpace } from './space/encode.ts'
import { isEnumerable } from './space/feasible.ts'

/**
 * What a running study does next: the values of its next trial, or why it gets none, which ends it once no trial is
 * open any more. A pure function, as `propose` is.
 *
 * @param fixed whoever asks for these values wants a trial, whatever it is expected to gain.
 */
export function nextTrial(
  snapshot: StudySnapshot,
  index: number,
  numerics: Numerics,
  fixed: ParameterValues = {},
): Proposal | EndReason {
  const mayEnd = snapshot.study.definition.stopping?.kind === 'advice' && Object.keys(fixed).length === 0
  const advice = mayEnd ? adviseStopping(snapshot, numerics) : undefined
  if (advice?.advice === 'stop') return { code: 'advised', message: advice.reason }
  const proposal = propose(snapshot, index, numerics, fixed)
  if (proposal !== 'exhausted') return proposal
  return { code: 'exhausted', message: exhaustedBecause(snapshot) }
}

function exhaustedBecause({ study, trials }: StudySnapshot): string {
  if (study.definition.sampler.kind !== 'grid') {
    if (isEnumerable(encodeSpace(study.definition.searchSpace)))
      return 'Every point of the search space has been tried.'
    return 'No further point was found that keeps to all constraints: loosen them, or narrow the parameters.'
  }
  if (trials.length > 0) return 'Every point of the grid has been tried.'
  return 'No point of the grid satisfies all constraints: use another sampler, such as auto, or loosen them.'
}

export function isEnd(next: Proposal | EndReason): next is EndReason {
  return 'code' in next
}
