import type { Study } from './study.ts'
import { isTrialFinished, type Trial } from './trial.ts'

/** A study as of one revision: what the optimizer and every reader see. `trials[i].number === i`. */
export interface StudySnapshot {
  readonly study: Study
  readonly trials: readonly Trial[]
  /** Numbers of enqueued trials that have no place in flight yet, oldest first. */
  readonly waiting: readonly number[]
  /** Journal entries folded so far. */
  readonly revision: number
  /** When the last of them was made. With the revision it tells one journal from another, which may have taken its place. */
  readonly at: string
}

/** Trials that hold a place: queued with one, or running. */
export function inFlight({ trials, waiting }: StudySnapshot): number {
  return trials.filter(({ state }) => !isTrialFinished(state)).length - waiting.length
}

/**
 * A study as the next proposals see it when others have been made from the same revision: their trials are committed
 * right before, and nothing else is known of them.
 */
export function withQueued(
  snapshot: StudySnapshot,
  proposals: readonly Pick<Trial, 'params' | 'origin'>[],
): StudySnapshot {
  const growing = withRoom(snapshot)
  for (const proposal of proposals) growing.queue(proposal)
  return growing.snapshot
}

/** The same, one after another: `snapshot` has those that were queued so far. */
export function withRoom(snapshot: StudySnapshot): {
  readonly snapshot: StudySnapshot
  queue(proposal: Pick<Trial, 'params' | 'origin'>): void
} {
  const trials = [...snapshot.trials]
  const { createdAt: queuedAt } = snapshot.study
  return {
    snapshot: { ...snapshot, trials },
    queue: ({ params, origin }) => {
      const number = trials.length
      trials.push({ number, state: 'queued', params, origin, attempt: 0, crashes: 0, queuedAt })
    },
  }
}
