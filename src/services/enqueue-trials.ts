import { type Fault, HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { type Measurement, missingMetrics, toMeasured } from '../domain/metric.ts'
import { checkParams, type ParameterValues } from '../domain/search-space.ts'
import type { StudyDefinition } from '../domain/study.ts'
import type { Trial } from '../domain/trial.ts'
import { bestEffort } from './best-effort.ts'
import type { ServiceDeps } from './deps.ts'
import type { KnownTrial } from './ports.ts'
import { topUp } from './top-up.ts'

/** Values to try, or what came of them elsewhere. */
export interface KnownPoint {
  readonly params: ParameterValues
  readonly metrics?: Readonly<Record<string, Measurement>> | undefined
  /** Where it stands among others, such as `line 3`, for what is wrong with it. */
  readonly place?: string
}

/**
 * Queues points that the user knows, to be tried before any proposal; one whose metrics are known too is finished. All
 * of them or, when anything is wrong with one, none.
 * @throws invalid-params, budget-used, illegal-move
 */
export async function enqueueTrials(
  deps: ServiceDeps,
  id: StudyId,
  points: readonly KnownPoint[],
  token?: string,
): Promise<readonly Trial[]> {
  const { study } = await deps.store.getStudy(id)
  const faults = points.flatMap((point) => check(study.definition, point))
  if (faults[0]) throw new HoneError('invalid-params', `${faults[0].path}: ${faults[0].message}`, { faults })
  const trials = await deps.store.enqueueTrials(id, points.map(toKnownTrial), token)
  await bestEffort(deps, id, topUp(deps, id))
  return trials
}

function check(definition: StudyDefinition, { params, metrics, place }: KnownPoint): Fault[] {
  const missing = metrics ? missingMetrics(definition.metrics, toMeasured(metrics).metrics) : []
  const faults = [
    ...checkParams(definition.searchSpace, params),
    ...missing.map((name) => ({ path: `metrics.${name}`, message: 'is missing: the study is judged by it' })),
  ]
  return faults.map(({ path, message }) => ({ path: place ? `${place}: ${path}` : path, message }))
}

function toKnownTrial({ params, metrics }: KnownPoint): KnownTrial {
  return { params, ...(metrics && { outcome: { state: 'completed', ...toMeasured(metrics) } }) }
}
