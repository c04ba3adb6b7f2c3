import { algebraNamed } from '../../../src/algebra/best-algebra.ts'
import type { StudyEvent } from '../../../src/domain/events.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { verifyStudy } from '../../../src/services/verify/verify-study.ts'

/** What came of some studies. */
export interface Verdict {
  readonly trials: number
  readonly lost: number
  readonly doubled: number
  /** Attempts beyond the first of each trial: the faults that were felt. */
  readonly retried: number
  readonly reproposed: number
  readonly violations: readonly string[]
}

export const NO_VERDICT: Verdict = {
  trials: 0,
  lost: 0,
  doubled: 0,
  retried: 0,
  reproposed: 0,
  violations: [],
}

/** Holds a finished study against its budget, its journal and the invariants. */
export async function judgeStudy(store: StudyStore, id: StudyId): Promise<Verdict> {
  const { study } = await store.getStudy(id)
  const trials = study.definition.limits.trials!
  const events = await store.readJournal(id)
  const ends = numbersOf(events, 'trial-finished')
  // A trial that its pruner gave up is as good as completed: that the decision is right is verified below.
  const trained = events.filter(
    (event) => event.type === 'trial-finished' && ['completed', 'pruned'].includes(event.outcome.state),
  )
  const lost = trials - new Set(ends).size
  const doubled = ends.length - new Set(ends).size
  const { difference, reproposed } = await verifyStudy(store, id, algebraNamed)
  const starts = numbersOf(events, 'trial-started').length
  const violations = [
    ...(study.state === 'completed' ? [] : [`it is ${study.state}`]),
    ...(lost === 0 ? [] : [`${lost} of ${trials} trials lost`]),
    ...(doubled === 0 ? [] : [`${doubled} trials doubled`]),
    ...(trained.length === trials
      ? []
      : [`only ${trained.length} of ${trials} trials completed or were pruned`]),
    ...(difference ? [`revision ${difference.revision}: ${difference.message}`] : []),
  ].map((violation) => `${id} (${study.definition.name}): ${violation}`)
  return { trials, lost, doubled, retried: starts - ends.length, reproposed, violations }
}

export function addVerdicts(a: Verdict, b: Verdict): Verdict {
  return {
    trials: a.trials + b.trials,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    retried: a.retried + b.retried,
    reproposed: a.reproposed + b.reproposed,
    violations: [...a.violations, ...b.violations],
  }
}

function numbersOf(events: readonly StudyEvent[], type: 'trial-started' | 'trial-finished'): number[] {
  return events.flatMap((event) => (event.type === type ? [event.number] : []))
}
