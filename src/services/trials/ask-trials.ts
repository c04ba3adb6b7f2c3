import { checkFixed } from '../../domain/fixed-values.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { ParameterValues } from '../../domain/search-space.ts'
import { isStudyFinished, type StudyState } from '../../domain/study.ts'
import { isEnd } from '../../optimizer/next-trial.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import { ProposalFailed } from '../ports/proposer.ts'
import type { Asked, LeasedTrial } from '../ports/study-records.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { endUnproposed } from '../scheduling/end-unproposed.ts'
import { placesIn } from '../scheduling/stock.ts'
import { stopIfOverdue } from '../scheduling/stop-if-overdue.ts'
import { topUp } from '../scheduling/top-up.ts'
import { loadHistory } from '../snapshots/load-history.ts'
import { createBell } from '../waiting/bell.ts'
import { createTurns } from '../waiting/take-turns.ts'

export interface AskRequest extends Asked {
  /** How long to wait for a trial when there is none to give. */
  readonly waitMs: number
  /** Values that the trials must have: then only new proposals will do, besides the worker's own open trials. */
  readonly fix?: ParameterValues | undefined
  /** Ends the wait early: nobody listens any more. */
  readonly signal: AbortSignal
}

export interface Answer {
  readonly trials: readonly LeasedTrial[]
  readonly state: StudyState
  /** The study's. */
  readonly seed: number
}

/**
 * Trials of an external study for a worker: its own open ones first, then those that nobody holds, then new proposals.
 * None when all places are taken, the budget is used up or the study does not run. @throws not-external
 */
export type AskTrials = (deps: ServiceDeps, id: StudyId, request: AskRequest) => Promise<Answer>

/** Those who ask of the same study take turns: a proposal is computed once, not once for each of them. */
export function createAskTrials(): AskTrials {
  const inTurn = createTurns()
  return async (deps, id, request) => {
    const askInTurn = () => inTurn(id, () => askOnce(deps, id, request))
    return request.waitMs > 0 ? untilGiven(deps, id, request, askInTurn) : askInTurn()
  }
}

async function untilGiven(
  deps: ServiceDeps,
  id: StudyId,
  { waitMs, signal }: AskRequest,
  ask: () => Promise<Answer & { nextExpiry?: Date }>,
): Promise<Answer> {
  const bell = createBell()
  const deadline = performance.now() + waitMs
  const unwatch = await deps.feed.watch(id, bell.ring)
  try {
    for (;;) {
      const answer = await ask()
      const leftMs = deadline - performance.now()
      if (answer.trials.length > 0 || isOver(answer.state) || leftMs <= 0 || signal.aborted) return answer
      // No event tells that a lease has run out.
      const expiryMs = answer.nextExpiry ? answer.nextExpiry.getTime() - deps.clock().getTime() + 1 : leftMs
      await bell.rung(Math.max(Math.min(leftMs, expiryMs), 1), signal)
    }
  } finally {
    unwatch()
  }
}

function isOver(state: StudyState): boolean {
  return isStudyFinished(state) || state === 'stopping'
}

async function askOnce(
  deps: ServiceDeps,
  id: StudyId,
  asked: AskRequest,
): Promise<Answer & { nextExpiry?: Date }> {
  if (asked.signal.aborted) return { trials: [], state: 'running', seed: 0 }
  const { study } = await deps.store.getStudy(id)
  refuseFaults('invalid-params', checkFixed(study.definition.searchSpace, asked.fix ?? {}))
  await stopIfOverdue(deps, study)
  const taken = await deps.store.takeTrials(id, { ...asked, ...(asked.fix && { only: 'own' }) })
  const trials = [...taken.trials]
  let { state } = taken
  let refusals = 0
  while (state === 'running' && trials.length < asked.count && refusals < REFUSALS_MAX) {
    const proposed = await proposeOne(deps, id, asked)
    if (proposed === 'again') {
      refusals++
      continue
    }
    // Of trials that were given already their worker must hear.
    if (proposed === 'used-up' && trials.length === 0) refuseFaults('invalid-params', [USED_UP])
    if (proposed === 'none' || proposed === 'used-up') break
    trials.push(proposed)
  }
  if (trials.length === 0 && !isOver(state)) ({ state } = await deps.store.places(id))
  // A trial that has lost too many workers may have been the last.
  if (isStudyFinished(state)) await bestEffort(deps, id, topUp(deps, id))
  return { ...taken, trials, state, seed: study.definition.seed }
}

// Others may be faster for a while, but no request and no event loop is to be held by that for ever.
const REFUSALS_MAX = 100

const USED_UP = { path: 'fix', message: 'leaves no values that are new and satisfy all constraints' }

/**
 * `again`: the study had become another one than was looked at. `none`: there is no room, or nothing more to try.
 * `used-up`: nothing more with the values that were asked for.
 */
async function proposeOne(
  deps: ServiceDeps,
  id: StudyId,
  asked: AskRequest,
): Promise<LeasedTrial | 'again' | 'none' | 'used-up'> {
  const snapshot = await loadHistory(deps, id)
  if (placesIn(snapshot, Number.POSITIVE_INFINITY) === 0) return 'none'
  const index = snapshot.trials.length
  try {
    const next = await deps.proposer.nextTrial(snapshot, index, asked.fix)
    if (!isEnd(next)) return (await deps.store.commitAsked(id, index, next, asked)) ?? 'again'
    if (asked.fix) return 'used-up'
    return (await endUnproposed(deps, snapshot, next)) ? 'none' : 'again'
  } catch (err) {
    if (!(err instanceof ProposalFailed)) throw err
    deps.logger.error({ studyId: id, proposalIndex: index, err }, 'proposal failed')
    const message = `No values could be proposed for trial ${index}.`
    const isUpToDate = await endUnproposed(deps, snapshot, { code: 'proposal-failed', message })
    return isUpToDate ? 'none' : 'again'
  }
}
