import { HoneError } from '../../domain/errors.ts'
import { listed } from '../../domain/faults.ts'
import type { StudyId } from '../../domain/ids.ts'
import { ownValue } from '../../domain/own-value.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'
import type { Page, TrialListQuery } from '../ports/study-records.ts'

export interface SortedListQuery extends TrialListQuery {
  /** A metric, or one of `SORT_FIELDS`; `-` in front turns the order. Trials without it come last. */
  readonly sort: string
  /** Number of the last trial of the page before. It goes on behind where that one is now. */
  readonly cursor?: number
}

const SORT_FIELDS = ['number', 'queuedAt', 'startedAt', 'finishedAt'] as const
type SortField = (typeof SORT_FIELDS)[number]

/** A page of a study's trials in an order of choice; equals by number. @throws invalid-request for an unknown order */
export async function sortTrials(
  deps: ServiceDeps,
  id: StudyId,
  query: SortedListQuery,
): Promise<Page<Trial>> {
  const { state, after = -1, limit, cursor } = query
  const snapshot = await deps.snapshots.load(id)
  const keyOf = keyBy(query.sort.replace(/^-/, ''), snapshot)
  const turn = query.sort.startsWith('-') ? -1 : 1
  const chosen = snapshot.trials.filter((trial) => trial.number > after && (!state || trial.state === state))
  const order = (a: Trial, b: Trial) => compare(keyOf(a), keyOf(b), turn) || a.number - b.number
  const last = cursor === undefined ? undefined : snapshot.trials[cursor]
  const left = chosen.filter((trial) => !last || order(trial, last) > 0).sort(order)
  const items = left.slice(0, limit).map(({ curve: _, ...trial }) => trial)
  return { items, ...(left.length > limit && { nextCursor: String(items.at(-1)!.number) }) }
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
