import { z } from 'zod'
import { completeParams, type SearchSpace } from '../domain/search-space.ts'
import type { Trial } from '../domain/trial.ts'
import { decode } from './json.ts'
import { activeSchema, outcomeSchema, proposalSchema } from './trial-codec.ts'

/** What Redis holds about one trial, as JSON; null or absent where it holds nothing. */
export interface TrialRecord {
  readonly proposal: string
  readonly active?: string | null | undefined
  readonly outcome?: string | null | undefined
}

/**
 * A trial without its curve. One that is neither in flight nor finished waits for a place.
 * @param space the study's, which may have parameters that the trial was proposed without.
 */
export function decodeTrial(space: SearchSpace, number: number, record: TrialRecord): Trial {
  // Assigned: where spreads follow one another V8 gives each trial a shape of its own, and all who go through them pay.
  const trial = Object.assign({ number }, decode(proposalSchema, record.proposal), stateOf(record))
  return Object.assign(trial, { params: completeParams(space, trial.params) })
}

function stateOf({ active, outcome }: TrialRecord): Omit<Trial, 'number' | 'params' | 'origin' | 'queuedAt'> {
  if (outcome) return decode(outcomeSchema, outcome)
  if (active) return decode(activeSchema, active)
  return { state: 'queued', attempt: 0, crashes: 0 }
}

const curveRecord = z.object({ curveFrom: z.number().default(0) })

/** Where in the trial's curve the reports of its current attempt begin, in bytes. */
export function curveStart({ active, outcome }: TrialRecord): number {
  return decode(curveRecord, outcome ?? active ?? '{}').curveFrom
}
