import { useEffect, useState } from 'preact/hooks'
import { followEvents, get, getPages } from '../api.ts'
import { applyEvents, EMPTY, liveCurveOf, type TrialTable } from '../data/trial-table.ts'
import type { StudyEventView, StudyView, TrialRow, TrialView } from '../data/types.ts'

export interface LiveStudy {
  readonly study?: StudyView
  readonly table: TrialTable
  /** Whether all trials are there that were when it began. */
  readonly isLoaded: boolean
  readonly error?: Error
  readonly refresh: () => void
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

/** A study and its trials, kept up to date by its events. */
export function useStudy(id: string): LiveStudy {
  const [study, setStudy] = useState<StudyView>()
  const [table, setTable] = useState(EMPTY)
  const [isLoaded, setLoaded] = useState(false)
  const [error, setError] = useState<Error>()
  const [visit, setVisit] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    const waiting: StudyEventView[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const redraw = () => {
      timer = undefined
      const events = waiting.splice(0)
      setTable((before) => applyEvents(before, events))
      get<StudyView>(`/v1/studies/${id}`, abort.signal).then(setStudy, () => {})
    }
    const begin = async () => {
      const first = await get<StudyView>(`/v1/studies/${id}`, abort.signal)
      setStudy(first)
      const rows: TrialRow[] = []
      for await (const page of getPages<TrialRow>(`/v1/studies/${id}/trials?${FIELDS}`, abort.signal)) {
        rows.push(...page)
        setTable({ rows: [...rows], live: new Map() })
      }
      setTable({ rows, live: await readLive(id, rows, abort.signal) })
      setLoaded(true)
      await followEvents(
        id,
        first.revision,
        (events) => {
          waiting.push(...events)
          timer ??= setTimeout(redraw, REDRAW_MS)
        },
        abort.signal,
      )
    }
    begin().catch((caught: Error) => !abort.signal.aborted && setError(caught))
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [id, visit])
  return {
    table,
    isLoaded,
    ...(study && { study }),
    ...(error && { error }),
    refresh: () => setVisit((n) => n + 1),
  }
}
