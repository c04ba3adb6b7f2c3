import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import { applyEvent } from '../../src/domain/apply-event.ts'
import type { StudyEvent } from '../../src/domain/events.ts'
import { newStudyId } from '../../src/domain/ids.ts'
import type { Metric, MetricValues } from '../../src/domain/metric.ts'
import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import type { SamplerKind, SamplerSpec, StudyDefinition } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import type { WarmStart } from '../../src/domain/warm-start.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'

const NUMERICS = createNumerics(bestAlgebra())
const AT = '2026-01-01T00:00:00.000Z'

export interface Simulation {
  readonly space: SearchSpace
  /** The value, or all metrics by name; NaN or undefined is a failed trial. */
  readonly objective: (params: ParameterValues) => number | MetricValues | undefined
  readonly trials: number
  readonly parallel?: number
  readonly seed?: number
  readonly sampler?: SamplerKind | SamplerSpec
  readonly goal?: 'minimize' | 'maximize'
  /** In place of one objective called `value`. */
  readonly metrics?: readonly Metric[]
  /** Of that one objective. */
  readonly scale?: 'log'
  /** Whether the study says that the same values give another result each time. */
  readonly noisy?: boolean
  readonly warmStart?: WarmStart
  /** Which of the trials in flight ends next; by default the oldest. */
  readonly nextToEnd?: (inFlight: readonly number[]) => number
}

/** A sampler by its name alone, or with options. */
export function specOf(sampler: SamplerKind | SamplerSpec): SamplerSpec {
  return typeof sampler === 'string' ? { kind: sampler } : sampler
}

export function aDefinition(space: SearchSpace, fields: Partial<StudyDefinition> = {}): StudyDefinition {
  return {
    name: 'simulated',
    seed: 1,
    tags: [],
    searchSpace: space,
    metrics: [{ name: 'value', goal: 'minimize' }],
    trainer: { kind: 'function', name: 'simulated' },
    sampler: { kind: 'auto' },
    pruner: { kind: 'none' },
    limits: { trials: 50, parallel: 1 },
    ...fields,
  }
}

export function aStudy(definition: StudyDefinition): StudySnapshot {
  return applyEvent(undefined, {
    type: 'study-created',
    at: AT,
    id: newStudyId(new Uint8Array(16)),
    definition,
  })
}

/** Folds a proposal of given values into the snapshot. */
export function proposed(snapshot: StudySnapshot, params: ParameterValues): StudySnapshot {
  const number = snapshot.trials.length
  const origin = { sampler: 'random', version: 1, phase: 'startup', revision: snapshot.revision } as const
  return applyEvent(snapshot, { type: 'trial-proposed', at: AT, number, params, origin })
}

/** Ends a trial: completed with a value or all its metrics, or failed where there is none. */
export function finished(
  snapshot: StudySnapshot,
  number: number,
  told: number | MetricValues | undefined,
): StudySnapshot {
  const started: StudyEvent = { type: 'trial-started', at: AT, number, attempt: 1, crashes: 0, worker: 'w' }
  const metrics = typeof told === 'object' ? told : { value: told ?? Number.NaN }
  const outcome = Object.values(metrics).every(Number.isFinite)
    ? ({ state: 'completed', metrics } as const)
    : ({ state: 'failed', reason: 'no value' } as const)
  return applyEvent(applyEvent(snapshot, started), { type: 'trial-finished', at: AT, number, outcome })
}

/**
 * A study in memory: proposes until `parallel` trials are in flight, finishes one of them, and goes on until the
 * budget or the space is used up.
 */
export function simulate(simulation: Simulation): StudySnapshot {
  const { space, objective, trials, parallel = 1, seed = 1, sampler = 'auto', goal = 'minimize' } = simulation
  const { nextToEnd = ([oldest]) => oldest!, noisy = false, scale, warmStart } = simulation
  const { metrics = [{ name: 'value', goal, ...(scale && { scale }), ...(noisy && { noisy }) }] } = simulation
  const definition = aDefinition(space, {
    seed,
    metrics,
    sampler: specOf(sampler),
    limits: { trials, parallel },
    ...(warmStart && { warmStart }),
  })
  let snapshot = aStudy(definition)
  for (let done = 0; done < trials; done++) {
    snapshot = topUp(snapshot, done)
    const inFlight = snapshot.trials.flatMap(({ state, number }) => (state === 'queued' ? [number] : []))
    if (inFlight.length === 0) break
    const number = nextToEnd(inFlight)
    snapshot = finished(snapshot, number, objective(snapshot.trials[number]!.params))
  }
  return snapshot
}

function topUp(start: StudySnapshot, done: number): StudySnapshot {
  const { trials = Number.POSITIVE_INFINITY, parallel } = start.study.definition.limits
  let snapshot = start
  while (snapshot.trials.length < Math.min(trials, done + parallel)) {
    const number = snapshot.trials.length
    const proposal = propose(snapshot, number, NUMERICS)
    if (proposal === 'exhausted') return snapshot
    snapshot = applyEvent(snapshot, { type: 'trial-proposed', at: AT, number, ...proposal })
  }
  return snapshot
}

/** The best value of a simulated study; Infinity where nothing completed. */
export function bestValue({ study, trials }: StudySnapshot): number {
  const value = study.bestTrial === undefined ? undefined : trials[study.bestTrial]?.metrics?.value
  return value ?? Number.POSITIVE_INFINITY
}
