import { type StudyId, trialId } from '../../domain/ids.ts'
import type { EndReason } from '../../domain/study.ts'
import { type StudySnapshot, withRoom } from '../../domain/study-snapshot.ts'
import type { Proposal } from '../../domain/trial.ts'
import { isEnd, nextTrial } from '../../optimizer/next-trial.ts'
import type { ServiceDeps } from '../deps.ts'
import { loadHistory } from '../snapshots/load-history.ts'
import { endUnproposed } from './end-unproposed.ts'
import { placesIn, stockOf, TURN_MS } from './stock.ts'
import { stopIfOverdue } from './stop-if-overdue.ts'

// Cheap proposals are committed together; one that takes longer than this is not kept from its worker.
const BATCH_MS = 5
// Whoever is faster so many times on end goes on by himself.
const REFUSALS_MAX = 10

/**
 * Fills the places of a study: waiting trials first, then proposals. One call goes on until there is no room, so two
 * completions whose hints fall together lose nothing; but when its turn is over it lets other studies go first.
 */
export async function proposeTrials(deps: ServiceDeps, id: StudyId, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now()
  let next: Next = 'more'
  let refusals = 0
  while (next !== 'done' && refusals < REFUSALS_MAX && !signal.aborted) {
    const snapshot = await loadHistory(deps, id)
    if (await stopIfOverdue(deps, snapshot.study)) return
    if (performance.now() - startedAt > TURN_MS) return deps.jobs.hintProposal(id, snapshot.revision)
    next = snapshot.waiting.length > 0 ? await dispatch(deps, snapshot) : await proposeSome(deps, snapshot)
    refusals = next === 'refused' ? refusals + 1 : 0
  }
}

/** Whether there may be room for more, or the study had become another one than was looked at. */
type Next = 'more' | 'refused' | 'done'

async function dispatch(deps: ServiceDeps, snapshot: StudySnapshot): Promise<Next> {
  const { id } = snapshot.study
  const numbers = await deps.store.dispatchWaiting(id, stockOf(snapshot))
  await enqueue(deps, id, numbers)
  return numbers.length > 0 ? 'more' : 'done'
}

async function proposeSome(deps: ServiceDeps, snapshot: StudySnapshot): Promise<Next> {
  const { id } = snapshot.study
  const first = snapshot.trials.length
  const stock = stockOf(snapshot)
  const places = placesIn(snapshot, stock.inFlightMax)
  if (places === 0) return 'done'
  const batch = computeBatch(deps, snapshot, places)
  if (batch.proposals.length === 0) {
    return (await endUnproposed(deps, snapshot, batch.end!)) ? 'done' : 'refused'
  }
  const { committed, placesLeft } = await deps.store.commitProposals(id, first, batch.proposals, stock)
  await enqueue(
    deps,
    id,
    batch.proposals.slice(0, committed).map((_, i) => first + i),
  )
  if (committed === 0) return 'refused'
  return placesLeft > 0 || batch.end !== undefined ? 'more' : 'done'
}

async function enqueue(deps: ServiceDeps, id: StudyId, numbers: readonly number[]): Promise<void> {
  if (numbers.length > 0) await deps.jobs.enqueueTrials(numbers.map((number) => trialId(id, number)))
}

interface Batch {
  readonly proposals: readonly Proposal[]
  /** Why there are no more of them, other than for want of places or time. */
  readonly end?: EndReason
}

/** Each proposal knows those before it. */
function computeBatch(deps: ServiceDeps, snapshot: StudySnapshot, places: number): Batch {
  const { id } = snapshot.study
  const startedAt = performance.now()
  const proposals: Proposal[] = []
  const growing = withRoom(snapshot)
  const isInTime = () => proposals.length === 0 || performance.now() - startedAt < BATCH_MS
  while (proposals.length < places && isInTime()) {
    const index = snapshot.trials.length + proposals.length
    try {
      const next = nextTrial(growing.snapshot, index, deps.numerics)
      if (isEnd(next)) return { proposals, end: next }
      proposals.push(next)
      growing.queue(next)
      deps.logger.debug({ studyId: id, proposalIndex: index, ...next.origin }, 'trial proposed')
    } catch (err) {
      deps.logger.error({ studyId: id, proposalIndex: index, err }, 'proposal failed')
      const message = `No values could be proposed for trial ${index}.`
      return { proposals, end: { code: 'proposal-failed', message } }
    }
  }
  return { proposals }
}
