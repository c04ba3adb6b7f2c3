import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { type Measurement, missingMetrics, toMeasured } from '../domain/metric.ts'
import { checkParams, type ParameterValues } from '../domain/search-space.ts'
import type { Trial } from '../domain/trial.ts'
import { bestEffort } from './best-effort.ts'
import type { ServiceDeps } from './deps.ts'
import { topUp } from './top-up.ts'

/** Values to try, or what came of them elsewhere. */
export interface KnownPoint {
  readonly params: ParameterValues
  readonly metrics?: Readonly<Record<string, Measurement>> | undefined
}

/**
 * Queues a point that the user knows, to be tried before any proposal; one whose metrics are known too is finished.
 * @throws invalid-params, budget-used, illegal-move
 */
export async function enqueueTrial(
  deps: ServiceDeps,
  id: StudyId,
  { params, metrics }: KnownPoint,
  token?: string,
): Promise<Trial> {
  const { study } = await deps.store.getStudy(id)
  const outcome = metrics && { state: 'completed' as const, ...toMeasured(metrics) }
  const missing = outcome ? missingMetrics(study.definition.metrics, outcome.metrics) : []
  const faults = [
    ...checkParams(study.definition.searchSpace, params),
    ...missing.map((name) => ({ path: `metrics.${name}`, message: 'is missing: the study is judged by it' })),
  ]
  if (faults[0]) throw new HoneError('invalid-params', `${faults[0].path}: ${faults[0].message}`, { faults })
  const trial = await deps.store.enqueueTrial(id, params, token, outcome)
  await bestEffort(deps, id, topUp(deps, id))
  return trial
}
