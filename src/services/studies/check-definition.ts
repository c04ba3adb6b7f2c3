import { checkMetrics, checkPruner, checkStopping } from '../../domain/check-metrics.ts'
import { checkSearchSpace } from '../../domain/check-search-space.ts'
import type { Fault } from '../../domain/errors.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import { isSatisfiable } from '../../optimizer/space/feasible.ts'
import type { Trainers } from '../ports/trainer.ts'

/** Everything that makes a definition meaningless, each with its path and what to do. */
export async function checkDefinition(
  trainers: Trainers,
  definition: StudyDefinition,
): Promise<readonly Fault[]> {
  const { searchSpace, metrics, trainer, seed, stopping, pruner } = definition
  const faults = [
    ...checkSearchSpace(searchSpace),
    ...checkMetrics(metrics),
    ...checkStopping(stopping, metrics),
    ...checkPruner(pruner),
    ...(await trainers[trainer.kind].checkDefinition(definition)),
  ]
  if (faults.length > 0 || isSatisfiable(searchSpace, seed)) return faults
  return [
    { path: 'searchSpace.constraints', message: 'no values satisfy all constraints: loosen one of them' },
  ]
}
