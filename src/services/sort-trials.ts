import { HoneError } from '../domain/errors.ts'
import type { StudySnapshot } from '../domain/events.ts'
import { listed } from '../domain/faults.ts'
import type { StudyId } from '../domain/ids.ts'
import { ownValue } from '../domain/own-value.ts'
import type { Trial } from '../domain/trial.ts'
import type { ServiceDeps } from './deps.ts'
import type { Page, TrialListQuery } from './ports/study-records.ts'

export interface SortedListQuery extends TrialListQuery {
  /** A metric, or one of `SORT_FIELDS`; `-` in front turns the order. Trials without it come last. */
  readonly sort: string
  /** Trials of the sorted list to pass over. */
  readonly position: number
}

export const SORT_FIELDS = ['number', 'queuedAt', 'startedAt', 'finishedAt'] as const
type SortField = (typeof SORT_FIELDS)[number]

/** A page of a study's trials in an order of choice; equals by number. @throws invalid-request for an unknown order */
export async function sortTrials(
  deps: ServiceDeps,
  id: StudyId,
  query: SortedListQuery,
): Promise<Page<Trial>> {
  const { state, after = -1, limit, position } = query
  const snapshot = await deps.snapshots.load(id)
  const keyOf = keyBy(query.sort.replace(/^-/, ''), snapshot)
  const turn = query.sort.startsWith('-') ? -1 : 1
  const chosen = snapshot.trials.filter((trial) => trial.number > after && (!state || trial.state === state))
  const sorted = chosen.sort((a, b) => compare(keyOf(a), keyOf(b), turn) || a.number - b.number)
  const items = sorted.slice(position, position + limit).map(({ curve: _, ...trial }) => trial)
  const next = position + items.length
  return { items, ...(next < sorted.length && { nextCursor: String(next) }) }
}

type Key = number | string | undefined

function keyBy(name: string, { study, trials }: StudySnapshot): (trial: Trial) => Key {
  if ((SORT_FIELDS as readonly string[]).includes(name)) return (trial) => trial[name as SortField]
  const metrics = new Set(study.definition.metrics.map((metric) => metric.name))
  for (const trial of trials) for (const metric of Object.keys(trial.metrics ?? {})) metrics.add(metric)
  if (metrics.has(name)) return (trial) => ownValue(trial.metrics, name)
  const message = `must be one of ${listed([...SORT_FIELDS, ...metrics])}, with - in front for the other way round`
  throw new HoneError('invalid-request', `sort: ${message}`, { faults: [{ path: 'sort', message }] })
}

function compare(a: Key, b: Key, turn: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (a === b) return 0
  return a < b ? -turn : turn
}
