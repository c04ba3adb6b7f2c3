import type { PrunerSpec, StudyDefinition } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import type { Report, Trial, TrialState } from '../../src/domain/trial.ts'
import { aDefinition, aStudy } from './simulate.ts'
import { float, space } from './spaces.ts'

/** One a step from 1 on, of the metric `value`. */
export function reportsOf(...values: readonly number[]): Report[] {
  return values.map((value, i) => ({ step: i + 1, metrics: { value } }))
}

/** @param final what it completed with. */
export function aTrial(number: number, state: TrialState, values: readonly number[], final?: number): Trial {
  const origin = { sampler: 'random', version: 1, phase: 'startup', revision: 1 } as const
  return {
    number,
    state,
    params: { x: number / 100 },
    origin,
    attempt: 1,
    crashes: 0,
    queuedAt: '2026-01-01T00:00:00.000Z',
    curve: reportsOf(...values),
    ...(final !== undefined && { metrics: { value: final } }),
  }
}

/** A study of `value` with these trials and their curves. */
export function aStudyOf(
  trials: readonly Trial[],
  pruner: PrunerSpec,
  fields: Partial<StudyDefinition> = {},
): StudySnapshot {
  const definition = aDefinition(space([float('x', 0, 1)]), { pruner, ...fields })
  return { ...aStudy(definition), trials, revision: 77 }
}
