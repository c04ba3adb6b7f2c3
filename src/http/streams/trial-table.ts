import { ownValue } from '../../domain/own-value.ts'
import type { TrialView } from '../schemas/trial.ts'
import { csvRecord } from './csv.ts'

/** What every study's table has, before and after the columns of its own. */
const FIRST = ['number', 'state'] as const
const LAST = [
  'reason',
  'attempt',
  'worker',
  'seed',
  'queuedAt',
  'startedAt',
  'finishedAt',
  'durationMs',
] as const
const ORIGIN = ['sampler', 'version', 'phase', 'revision', 'algebra'] as const

export interface TableColumns {
  readonly params: readonly string[]
  readonly metrics: readonly string[]
  readonly standardErrors: readonly string[]
  readonly attributes: readonly string[]
}

/** What a study names carries a prefix, so that no name of theirs is that of another column. */
export function tableHeader({ params, metrics, standardErrors, attributes }: TableColumns): string {
  return csvRecord([
    ...FIRST,
    ...params.map((name) => `params.${name}`),
    ...metrics.map((name) => `metrics.${name}`),
    ...standardErrors.map((name) => `standardErrors.${name}`),
    ...attributes.map((name) => `attributes.${name}`),
    ...LAST,
    ...ORIGIN.map((name) => `origin.${name}`),
  ])
}

/** What a trial lacks, such as an inactive parameter, is an empty cell. */
export function tableRow(
  { params, metrics, standardErrors, attributes }: TableColumns,
  trial: TrialView,
): string {
  return csvRecord([
    ...FIRST.map((name) => trial[name]),
    ...params.map((name) => ownValue(trial.params, name)),
    ...metrics.map((name) => ownValue(trial.metrics, name)),
    ...standardErrors.map((name) => ownValue(trial.standardErrors, name)),
    ...attributes.map((name) => ownValue(trial.attributes, name)),
    ...LAST.map((name) => trial[name]),
    ...ORIGIN.map((name) => trial.origin[name]),
  ])
}
