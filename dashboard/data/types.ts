import type { SearchSpace } from '../../src/domain/search-space.ts'
import type { StudyEventView } from '../../src/http/schemas/event.ts'
import type { StudyView } from '../../src/http/schemas/study.ts'
import type { TrialView } from '../../src/http/schemas/trial.ts'

/** What the API answers, as its own schemas say. */
export type { StudyEventView, StudyView, TrialView }
export type Parameter = SearchSpace['parameters'][number]
export type Params = TrialView['params']
export type Value = Params[string]

/** What charts and the table need of a trial: 10,000 of them are held at a time. */
export type TrialRow = Pick<TrialView, 'number' | 'state' | 'params' | 'metrics' | 'reason'>

export interface Objective {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
  readonly scale?: 'log'
}

export function objectivesOf({ metrics }: Pick<StudyView, 'metrics'>): readonly Objective[] {
  return metrics.flatMap((metric) => {
    if (!('goal' in metric)) return []
    const { name, goal, scale } = metric
    return [{ name, goal, ...(scale === 'log' && { scale }) }]
  })
}

export function isNoisy({ metrics }: Pick<StudyView, 'metrics'>): boolean {
  return metrics.some((metric) => 'goal' in metric && metric.noisy)
}
