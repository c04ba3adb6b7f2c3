import type { Trial } from '../domain/trial.ts'
import { activeSchema, decode, outcomeSchema, proposalSchema } from './codecs.ts'

/** What Redis holds about one trial, as JSON; null or absent where it holds nothing. */
export interface TrialRecord {
  readonly proposal: string
  readonly active?: string | null | undefined
  readonly outcome?: string | null | undefined
}

/** A trial without its curve. One that is neither in flight nor finished waits for a place. */
export function decodeTrial(number: number, { proposal, active, outcome }: TrialRecord): Trial {
  const proposed = { number, ...decode(proposalSchema, proposal) }
  if (outcome) return { ...proposed, ...decode(outcomeSchema, outcome) }
  if (active) return { ...proposed, ...decode(activeSchema, active) }
  return { ...proposed, state: 'queued', attempt: 0, crashes: 0 }
}
