import { applyEvent } from '../../domain/apply-event.ts'
import { checkEvent } from '../../domain/check-event.ts'
import type { StudyEvent } from '../../domain/events.ts'
import { firstDifference } from '../../domain/first-difference.ts'
import { type StudySnapshot, withQueued } from '../../domain/study-snapshot.ts'
import type { LinearAlgebra } from '../../math/linear-algebra.ts'
import { createNumerics, type Numerics } from '../../optimizer/numerics.ts'
import { propose } from '../../optimizer/propose.ts'
import { judgeAgain, prunedByRevision } from './verify-prunings.ts'

export interface Verification {
  /** What the journal folds to, up to the first difference; undefined for an empty one. */
  readonly snapshot: StudySnapshot | undefined
  readonly events: number
  /** Proposals computed again and found the same. */
  readonly reproposed: number
  /** Trials that were given up, judged again, and found the same. */
  readonly rejudged: number
  /** The first thing that is not as it must be. */
  readonly difference?: { readonly revision: number; readonly message: string }
}

type Proposed = Extract<StudyEvent, { type: 'trial-proposed' }>
type Commit = Extract<StudyEvent, { type: 'trial-proposed' | 'trial-enqueued' }>

/** The algebra of that name; undefined where it does not run. */
export type AlgebraByName = (name: LinearAlgebra['name']) => LinearAlgebra | undefined

/**
 * Folds a journal event by event, checks that each may follow what came before, and computes every proposal, and every
 * decision to give up a trial, again from the revision that it was made at: a journal that passes tells how the study
 * went, and why. Costs what the study's proposals cost.
 *
 * @param algebraNamed what proposals were computed with, as their origins say.
 */
export function verifyJournal(events: readonly StudyEvent[], algebraNamed: AlgebraByName): Verification {
  const numericsFor = rememberNumerics(algebraNamed)
  const proposals = byRevision(events)
  const pruned = prunedByRevision(events)
  const commits = events.filter(isCommit)
  let snapshot: StudySnapshot | undefined
  const done = { reproposed: 0, rejudged: 0 }
  for (const [i, event] of events.entries()) {
    const revision = i + 1
    const wrong = checkEvent(snapshot, event)
    if (wrong) return { snapshot, events: i, ...done, difference: { revision, message: wrong } }
    snapshot = applyEvent(snapshot, event)
    for (const proposal of proposals.get(revision) ?? []) {
      const known = withQueued(snapshot, commits.slice(snapshot.trials.length, proposal.number))
      const message = proposeAgain(known, proposal, numericsFor)
      if (message) return { snapshot, events: revision, ...done, difference: { revision, message } }
      done.reproposed++
    }
    for (const trial of pruned.get(revision) ?? []) {
      const message = judgeAgain(snapshot, trial)
      if (message) return { snapshot, events: revision, ...done, difference: { revision, message } }
      done.rejudged++
    }
  }
  const message = 'The journal is empty.'
  const difference = snapshot ? undefined : { revision: 0, message }
  return { snapshot, events: events.length, ...done, ...(difference && { difference }) }
}

/** In the order of the trials' numbers, as checkEvent holds them to. */
function isCommit(event: StudyEvent): event is Commit {
  return event.type === 'trial-proposed' || event.type === 'trial-enqueued'
}

/** Proposals by the revision they were made from: each is repeated when the fold gets there, so none is kept. */
function byRevision(events: readonly StudyEvent[]): ReadonlyMap<number, readonly Proposed[]> {
  const proposals = new Map<number, Proposed[]>()
  for (const event of events) {
    if (event.type !== 'trial-proposed') continue
    const { revision } = event.origin
    proposals.set(revision, [...(proposals.get(revision) ?? []), event])
  }
  return proposals
}

/** @returns how the proposal comes out different now; undefined when it does not. */
function proposeAgain(
  snapshot: StudySnapshot,
  { number, params, origin }: Proposed,
  numericsFor: (name: LinearAlgebra['name']) => Numerics | undefined,
): string | undefined {
  const { algebra = 'typescript' } = origin
  const numerics = numericsFor(algebra)
  if (!numerics) return `Trial ${number} was proposed with ${algebra} algebra, which does not run here.`
  const again = propose(snapshot, number, numerics, origin.fixed)
  if (again === 'exhausted') return `Invariant 3: trial ${number} was proposed in a space that is used up.`
  const difference = firstDifference({ params, origin }, again)
  return difference && `Invariant 3: trial ${number} is proposed differently now: ${difference}.`
}

/** One for each algebra, so that what one proposal computed helps with the next. */
function rememberNumerics(
  algebraNamed: AlgebraByName,
): (name: LinearAlgebra['name']) => Numerics | undefined {
  const known = new Map<string, Numerics>()
  return (name) => {
    const algebra = algebraNamed(name)
    if (algebra && !known.has(name)) known.set(name, createNumerics(algebra))
    return known.get(name)
  }
}
