import { contains, type SearchSpace } from '../../domain/search-space.ts'
import type { StartPoint } from '../../domain/warm-start.ts'
import { mean } from '../../math/stats.ts'
import type { Numerics } from '../numerics.ts'
import { encodeSpace } from '../space/encode.ts'
import { carryOver } from './carry-over.ts'
import type { EarlierStudy } from './earlier-study.ts'
import { createTeacher } from './teacher.ts'

const POINTS_MAX = 8
// Of the way from the middle of a space to its best: less than that is within what one training differs from the next.
const LEAST_GAIN = 0.003

/**
 * Values to begin a study with: one after the other those that bring the earlier studies, each choosing the best of them,
 * nearest to the best they know (Wistuba, Schilling and Schmidt-Thieme 2015, "Sequential Model-Free Hyperparameter Tuning",
 * with a model of each study in place of a table).
 */
export function chooseStartPoints(
  space: SearchSpace,
  studies: readonly EarlierStudy[],
  numerics: Numerics,
): StartPoint[] {
  const encoded = encodeSpace(space)
  const taught = studies.flatMap((study) => {
    const teacher = createTeacher(study, numerics)
    return teacher ? [{ id: study.id, teacher }] : []
  })
  const candidates = taught
    .flatMap(({ id, teacher }) =>
      teacher.best.map((values) => ({ params: carryOver(values, encoded), from: id })),
    )
    .filter(({ params }) => contains(space, params))
  const tried = candidates.map(({ params }) => params)
  return cover(taught.map(({ teacher }) => teacher.regretsOf(tried))).map((i) => candidates[i]!)
}

/** @param regrets one row a study, one column a candidate. @returns columns, the most useful first. */
function cover(regrets: readonly (readonly number[])[]): number[] {
  const columns = [...(regrets[0] ?? []).keys()]
  const chosen: number[] = []
  let left = regrets.map(() => 1)
  while (chosen.length < POINTS_MAX) {
    const leftWith = (column: number) => left.map((regret, k) => Math.min(regret, regrets[k]![column]!))
    const scores = columns.map((column) => mean(leftWith(column)))
    const next = columns.reduce((a, b) => (scores[b]! < scores[a]! ? b : a), 0)
    if (!(mean(left) - scores[next]! > LEAST_GAIN)) break
    chosen.push(next)
    left = leftWith(next)
  }
  return chosen
}
