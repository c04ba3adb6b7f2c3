import type { StudyEventView, TrialRow } from './types.ts'

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

/** The table after some events. Events that it knows already change nothing. */
export function applyEvents(table: TrialTable, events: readonly StudyEventView[]): TrialTable {
  const rows = [...table.rows]
  const live = new Map(table.live)
  for (const event of events) applyEvent(rows, live, event)
  return { rows, live }
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
    case 'trial-released':
      live.delete(event.number)
      change(rows, event.number, 'queued')
      break
    case 'values-reported':
      live.set(event.number, [...(live.get(event.number) ?? []), ...event.reports])
      break
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
function change(rows: TrialRow[], number: number, state: 'queued' | 'running'): void {
  const row = rows[number]
  if (row && (row.state === 'queued' || row.state === 'running')) rows[number] = { ...row, state }
}
