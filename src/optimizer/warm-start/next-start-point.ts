import { completeParams, contains } from '../../domain/search-space.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { StartPoint } from '../../domain/warm-start.ts'
import { findTrials } from '../history/trial-index.ts'
import type { EncodedSpace } from '../space/encode.ts'

/** The first of a study's start points that no trial has, and that is a point of its space as that is now. */
export function nextStartPoint(
  { study, trials }: StudySnapshot,
  encoded: EncodedSpace,
): StartPoint | undefined {
  const { searchSpace, warmStart } = study.definition
  const points = warmStart?.points.map((point) => ({
    ...point,
    params: completeParams(searchSpace, point.params),
  }))
  // By their values: a point would differ from them by the rounding of its encoding.
  return points?.find(
    ({ params }) =>
      contains(searchSpace, params) && findTrials(encoded, trials).withValues(params).length === 0,
  )
}
