import { checkResult } from '../../domain/check-metrics.ts'
import type { Fault } from '../../domain/errors.ts'
import { faultsOfEach } from '../../domain/faults.ts'
import type { StudyId } from '../../domain/ids.ts'
import { type Measurement, type MetricValues, toMeasured } from '../../domain/metric.ts'
import { ownValue } from '../../domain/own-value.ts'
import { checkParams, completeParams, type ParameterValues } from '../../domain/search-space.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import {
  type Attributes,
  isTrialFinished,
  type Trial,
  type TrialOutcome,
  type TrialState,
} from '../../domain/trial.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import type { KnownTrial } from '../ports/study-records.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { topUp } from '../scheduling/top-up.ts'

/** Values to try, or what came of them elsewhere. */
export interface KnownPoint {
  readonly params: ParameterValues
  /** How it ended; `completed` unless given where there are metrics. One that has not ended is to be tried. */
  readonly state?: TrialState | undefined
  readonly metrics?: Readonly<Record<string, Measurement>> | undefined
  readonly standardErrors?: MetricValues | undefined
  readonly reason?: string | undefined
  readonly attributes?: Attributes | undefined
  /** Where it stands among others, such as `line 3`, for what is wrong with it. */
  readonly place?: string
}

/**
 * Queues points that the user knows, to be tried before any proposal; one that has ended elsewhere is finished. All of
 * them or, when anything is wrong with one, none.
 * @throws invalid-params, budget-used, illegal-move
 */
export async function enqueueTrials(
  deps: ServiceDeps,
  id: StudyId,
  points: readonly KnownPoint[],
  token?: string,
): Promise<readonly Trial[]> {
  const { study, revision } = await deps.store.getStudy(id)
  const { searchSpace } = study.definition
  const complete = points.map((point) => ({ ...point, params: completeParams(searchSpace, point.params) }))
  refuseFaults(
    'invalid-params',
    faultsOfEach(complete, (point) => check(study.definition, point)),
  )
  const trials = await deps.store.enqueueTrials(id, complete.map(toKnownTrial), revision, token)
  // They are to be of the space that there is by then.
  if (!trials) return enqueueTrials(deps, id, points, token)
  await bestEffort(deps, id, topUp(deps, id))
  return trials
}

function check(definition: StudyDefinition, point: KnownPoint): Fault[] {
  const outcome = outcomeOf(point)
  const faults = [
    ...checkParams(definition.searchSpace, point.params),
    ...checkMeasured(point, outcome),
    ...(outcome ? checkOutcome(definition, outcome) : []),
  ]
  return faults.map(({ path, message }) => ({
    path: point.place ? `${point.place}: ${path}` : path,
    message,
  }))
}

/** That nothing which was sent would be dropped. */
function checkMeasured(point: KnownPoint, outcome?: TrialOutcome): Fault[] {
  const { metrics = {}, standardErrors = {}, reason = '', attributes = {} } = point
  const early = outcome ? [] : Object.entries({ metrics, reason, attributes })
  return [
    ...early.flatMap(([path, sent]) =>
      Object.keys(sent).length > 0 ? [{ path, message: 'leave it out of a trial that has not ended' }] : [],
    ),
    ...Object.keys(standardErrors).flatMap((name) => {
      const message = standardErrorFault(ownValue(metrics, name))
      return message === undefined ? [] : [{ path: `standardErrors.${name}`, message }]
    }),
  ]
}

function standardErrorFault(measured: Measurement | undefined): string | undefined {
  if (measured === undefined) return 'is of no metric that you sent'
  const isToldTwice = typeof measured !== 'number' && measured.standardError !== undefined
  return isToldTwice ? 'leave it out: the metric comes with its own' : undefined
}

function checkOutcome({ metrics }: StudyDefinition, outcome: TrialOutcome): Fault[] {
  const { state, reason } = outcome
  const message = reasonFault(state, reason)
  return [...(message === undefined ? [] : [{ path: 'reason', message }]), ...checkResult(metrics, outcome)]
}

function reasonFault(state: TrialState, reason: string | undefined): string | undefined {
  if (state === 'completed')
    return reason === undefined ? undefined : 'leave it out of a trial that completed'
  return reason === undefined ? `is missing: say why it is ${state}` : undefined
}

function toKnownTrial(point: KnownPoint): KnownTrial {
  const outcome = outcomeOf(point)
  return { params: point.params, ...(outcome && { outcome }) }
}

/** Undefined of a point that is to be tried. */
function outcomeOf({
  metrics,
  standardErrors,
  reason,
  attributes,
  ...point
}: KnownPoint): TrialOutcome | undefined {
  const { state = metrics ? 'completed' : 'queued' } = point
  if (!isTrialFinished(state)) return undefined
  const measured = metrics && toMeasured(metrics)
  const errors = { ...standardErrors, ...measured?.standardErrors }
  return {
    state,
    ...(measured && { metrics: measured.metrics }),
    ...(Object.keys(errors).length > 0 && { standardErrors: errors }),
    ...(reason !== undefined && { reason }),
    ...(attributes && { attributes }),
  }
}
