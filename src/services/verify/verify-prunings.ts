import type { StudyEvent } from '../../domain/events.ts'
import { firstDifference } from '../../domain/first-difference.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Report } from '../../domain/trial.ts'
import { pruningOf, shouldPrune } from '../../optimizer/should-prune.ts'

type Finished = Extract<StudyEvent, { type: 'trial-finished' }>

/** A trial that was given up, and all it had reported by then. */
export interface Pruned {
  readonly event: Finished
  readonly reports: readonly Report[]
}

/** Trials that were given up by what was known at a revision: each is judged again when a fold gets there. */
export function prunedByRevision(events: readonly StudyEvent[]): ReadonlyMap<number, readonly Pruned[]> {
  const reports = new Map<number, readonly Report[]>()
  const pruned = new Map<number, Pruned[]>()
  for (const event of events) {
    if (event.type === 'trial-started' && event.resumedFrom === undefined) reports.delete(event.number)
    if (event.type === 'values-reported')
      reports.set(event.number, [...(reports.get(event.number) ?? []), ...event.reports])
    if (event.type !== 'trial-finished' || !event.outcome.pruning) continue
    const { revision } = event.outcome.pruning
    const known = pruned.get(revision) ?? []
    pruned.set(revision, [...known, { event, reports: reports.get(event.number) ?? [] }])
  }
  return pruned
}

/**
 * @param snapshot the study as it was known, with curves.
 * @returns how the decision comes out different now; undefined when it does not. Of a trial that somebody else trained
 * the decision is theirs, and what is looked at is what it was said to have been worth.
 */
export function judgeAgain(snapshot: StudySnapshot, { event, reports }: Pruned): string | undefined {
  const { number, outcome } = event
  const isTheirs = snapshot.study.definition.trainer.kind === 'external'
  const again = isTheirs
    ? { reason: outcome.reason, pruning: pruningOf(snapshot, number) }
    : shouldPrune(snapshot, number, reports)
  if (!again) return `Invariant 3: trial ${number} was given up, and would not be now.`
  const { reason, pruning } = outcome
  const difference = firstDifference({ reason, pruning }, again)
  return difference && `Invariant 3: trial ${number} is given up differently now: ${difference}.`
}
