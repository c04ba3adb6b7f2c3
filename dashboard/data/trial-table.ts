import { isTrialFinished, type OpenState } from '../../src/domain/trial.ts'
import type { StudyEventView, TrialRow, TrialView } from './types.ts'

/** Learning curve of a trial that runs: metric -> its value by step. */
export type LiveCurve = readonly {
  readonly step: number
  readonly metrics: Readonly<Record<string, number>>
}[]

/** All trials of a study by number, and how those that run are doing. */
export interface TrialTable {
  readonly rows: readonly TrialRow[]
  readonly live: ReadonlyMap<number, LiveCurve>
}

export const EMPTY: TrialTable = { rows: [], live: new Map() }

/** What a trial that runs has reported so far. */
export function liveCurveOf({ curve = {} }: TrialView): LiveCurve {
  const { step: steps = [], ...columns } = curve
  return steps.map((step, i) => {
    const told = Object.entries(columns).flatMap(([name, values]) => {
      const value = values[i]
      return typeof value === 'number' ? [[name, value] as const] : []
    })
    return { step: step!, metrics: Object.fromEntries(told) }
  })
}

/** The table after some events. Events that it knows already change nothing. */
export function applyEvents(table: TrialTable, events: readonly StudyEventView[]): TrialTable {
  const rows = [...table.rows]
  const live = new Map(table.live)
  for (const event of events) applyEvent(rows, live, event)
  // Reports change no row, and pictures of the rows need not be made anew.
  return { rows: isSame(rows, table.rows) ? table.rows : rows, live }
}

function isSame(rows: readonly TrialRow[], before: readonly TrialRow[]): boolean {
  return rows.length === before.length && rows.every((row, i) => row === before[i])
}

function applyEvent(rows: TrialRow[], live: Map<number, LiveCurve>, event: StudyEventView): void {
  switch (event.type) {
    case 'trial-proposed':
    case 'trial-enqueued':
      rows[event.number] ??= { number: event.number, state: 'queued', params: event.params }
      break
    case 'trial-started':
      live.set(event.number, [])
      change(rows, event.number, 'running')
      break
    case 'trial-paused':
      change(rows, event.number, 'paused')
      break
    case 'trial-resumed':
      change(rows, event.number, 'running')
      break
    case 'trial-released':
      live.delete(event.number)
      change(rows, event.number, 'queued')
      break
    case 'values-reported': {
      const before = live.get(event.number) ?? []
      const last = before.at(-1)?.step ?? Number.NEGATIVE_INFINITY
      live.set(event.number, [...before, ...event.reports.filter(({ step }) => step > last)])
      break
    }
    case 'trial-finished': {
      live.delete(event.number)
      const row = rows[event.number]
      const { state, metrics, reason } = event.outcome
      if (row) rows[event.number] = { ...row, state, ...(metrics && { metrics }), ...(reason && { reason }) }
      break
    }
    default:
  }
}

/** Finished is finished: an event from before the list was read says nothing new. */
function change(rows: TrialRow[], number: number, state: OpenState): void {
  const row = rows[number]
  if (row && !isTrialFinished(row.state)) rows[number] = { ...row, state }
}
