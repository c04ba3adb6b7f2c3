import { useEffect, useState } from 'preact/hooks'
import { followEvents, get, getPages } from '../api.ts'
import { applyEvents, EMPTY, liveCurveOf, type TrialTable } from '../data/trial-table.ts'
import type { StudyEventView, StudyView, TrialRow, TrialView } from '../data/types.ts'

export interface LiveTrials {
  readonly table: TrialTable
  /** Whether all trials are there that were when it began. */
  readonly isLoaded: boolean
  /** Whether events arrive as they happen. */
  readonly isLive: boolean
  readonly error?: Error
}

// Eyes follow four pictures a second; a fast study has hundreds of events in one.
const REDRAW_MS = 250
const FIELDS = 'fields=number,state,params,metrics,reason'

// As many lines as anybody tells apart.
const LIVE_MAX = 12

/** How those that run have come so far. */
async function readLive(
  id: string,
  rows: readonly TrialRow[],
  signal: AbortSignal,
): Promise<TrialTable['live']> {
  const running = rows.filter(({ state }) => state === 'running').slice(0, LIVE_MAX)
  const trials = running.map(({ number }) => get<TrialView>(`/v1/studies/${id}/trials/${number}`, signal))
  return new Map((await Promise.all(trials)).map((trial) => [trial.number, liveCurveOf(trial)]))
}

/** Events some at a time: at most four times a second, and what is drawn leaves half of the time for whoever reads. */
function takeTogether(show: (events: readonly StudyEventView[]) => void, signal: AbortSignal) {
  const waiting: StudyEventView[] = []
  let isSoon = false
  let tookMs = 0
  const redraw = () => {
    isSoon = false
    if (signal.aborted) return
    const began = performance.now()
    show(waiting.splice(0))
    // A frame for what follows from the events, and one to paint it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        setTimeout(() => {
          tookMs = performance.now() - began
        }),
      ),
    )
  }
  return (events: readonly StudyEventView[]) => {
    waiting.push(...events)
    if (isSoon) return
    isSoon = true
    setTimeout(redraw, Math.max(REDRAW_MS, 2 * tookMs))
  }
}

/** The trials of a study from when it was first read on. @param onChange after each change, and when there will be no more */
export function useTrials(study: StudyView | undefined, onChange: () => void): LiveTrials {
  const [table, setTable] = useState(EMPTY)
  const [isLoaded, setLoaded] = useState(false)
  const [isLive, setLive] = useState(true)
  const [error, setError] = useState<Error>()
  useEffect(() => {
    if (!study) return
    const { id, revision } = study
    const abort = new AbortController()
    const { signal } = abort
    const show = (events: readonly StudyEventView[]) => {
      setTable((before) => applyEvents(before, events))
      onChange()
    }
    const read = async () => {
      const rows: TrialRow[] = []
      for await (const page of getPages<TrialRow>(`/v1/studies/${id}/trials?${FIELDS}`, signal)) {
        rows.push(...page)
        setTable({ rows: [...rows], live: new Map() })
      }
      setTable({ rows, live: await readLive(id, rows, signal) })
      setLoaded(true)
      await followEvents(id, revision, { onEvents: takeTogether(show, signal), onLive: setLive }, signal)
      onChange()
    }
    read().catch((caught: Error) => !signal.aborted && setError(caught))
    return () => abort.abort()
  }, [study?.id])
  return { table, isLoaded, isLive, ...(error && { error }) }
}
