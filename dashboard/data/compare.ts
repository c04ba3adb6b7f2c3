import { type Objective, objectivesOf } from '../../src/domain/metric.ts'
import { bestSoFar, isOfUse, type Point, valuesOf } from './history.ts'
import type { StudyView, TrialRow } from './types.ts'

/** As many lines of one picture as colours tell apart, by the colour-blind too. */
export const COMPARED_MAX = 6

export interface StudyTrials {
  readonly study: StudyView
  readonly rows: readonly TrialRow[]
}

export interface Progress {
  readonly study: StudyView
  /** The trials that were better than all before. */
  readonly best: readonly Point[]
  /** The last of them. */
  readonly bestTrial?: TrialRow
  readonly trials: number
}

/** Objectives that all of them have, with the same goal; on a log scale where all are. */
export function sharedObjectives(studies: readonly StudyView[]): Objective[] {
  const [first = [], ...others] = studies.map(({ metrics }) => objectivesOf(metrics))
  return first.flatMap(({ name, goal, scale }) => {
    const same = others.map((all) => all.find((one) => one.name === name && one.goal === goal))
    if (!same.every((one) => one !== undefined)) return []
    const isLog = scale === 'log' && same.every((one) => one.scale === 'log')
    return [{ name, goal, ...(isLog && { scale }) }]
  })
}

export function progressOf({ study, rows }: StudyTrials, objective: Objective): Progress {
  const useful = rows.filter((row) => isOfUse(row, study.metrics))
  const best = bestSoFar(valuesOf(useful, objective.name), objective)
  const last = best.at(-1)
  const bestTrial = last && useful.find(({ number }) => number === last.number)
  return { study, best, trials: rows.length, ...(bestTrial && { bestTrial }) }
}

/** Parameters of any of the studies, those of the first one first. */
export function allParameters(studies: readonly StudyView[]): string[] {
  return [...new Set(studies.flatMap(({ searchSpace }) => searchSpace.parameters.map(({ name }) => name)))]
}
