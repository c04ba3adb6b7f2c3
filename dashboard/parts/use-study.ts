import { useReducer, useRef } from 'preact/hooks'
import { get } from '../api.ts'
import { keepEqual } from '../data/keep-equal.ts'
import type { StudyView } from '../data/types.ts'
import { useAnswer } from './use-answer.ts'
import { type LiveTrials, useTrials } from './use-trials.ts'

export interface LiveStudy extends LiveTrials {
  readonly study?: StudyView
  readonly refresh: () => void
}

/** A study and its trials, kept up to date by its events. */
export function useStudy(id: string): LiveStudy {
  const [epoch, refresh] = useReducer<number, void>((n) => n + 1, 0)
  const known = useRef<StudyView | undefined>(undefined)
  const { value: study, error } = useAnswer(
    async (signal) => {
      known.current = keepEqual(known.current, await get<StudyView>(`/v1/studies/${id}`, signal))
      return known.current
    },
    [id],
    epoch,
  )
  const trials = useTrials(study, refresh)
  return { ...trials, refresh, ...(study && { study }), ...(error && { error }) }
}
