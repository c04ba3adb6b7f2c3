import { type StudyId, trialId } from '../domain/ids.ts'
import type { Proposal } from '../domain/trial.ts'
import { propose } from '../optimizer/propose.ts'
import type { ServiceDeps } from './deps.ts'
import { stopIfOverdue } from './stop-if-overdue.ts'

/**
 * Fills every free place of a study: waiting trials first, then proposals. One call goes on until there is no
 * room, so two completions whose hints fall together lose nothing.
 */
export async function proposeTrials(deps: ServiceDeps, id: StudyId, signal: AbortSignal): Promise<void> {
  if (await stopIfOverdue(deps, id)) return
  for (const number of await deps.store.dispatchWaiting(id)) await deps.jobs.enqueueTrial(trialId(id, number))
  let more = true
  while (more && !signal.aborted) more = await proposeTrial(deps, id)
}

/** @returns whether there may be room for another one. */
async function proposeTrial(deps: ServiceDeps, id: StudyId): Promise<boolean> {
  const { room, nextIndex } = await deps.store.places(id)
  if (room === 0) return false
  const proposal = await computeProposal(deps, id, nextIndex)
  if (!proposal) return false
  const trial = await deps.store.commitProposal(id, nextIndex, proposal)
  if (trial) {
    await deps.jobs.enqueueTrial(trialId(id, trial.number))
    deps.logger.debug({ studyId: id, proposalIndex: nextIndex, ...proposal.origin }, 'trial proposed')
  }
  return true
}

async function computeProposal(deps: ServiceDeps, id: StudyId, index: number): Promise<Proposal | undefined> {
  const snapshot = await deps.store.loadSnapshot(id)
  try {
    const proposal = propose(snapshot, index, deps.numerics)
    if (proposal !== 'exhausted') return proposal
  } catch (err) {
    // The optimizer is a pure function: it would fail again, so the study ends here rather than retry for ever.
    deps.logger.error({ studyId: id, proposalIndex: index, err }, 'proposal failed')
    const message = `No values could be proposed for trial ${index}.`
    await deps.store.stopStudy(id, { code: 'proposal-failed', message })
    return undefined
  }
  const open = snapshot.trials.some(({ state }) => state === 'queued' || state === 'running')
  const message = 'Every point of the search space has been tried.'
  if (!open) await deps.store.stopStudy(id, { code: 'exhausted', message })
  return undefined
}
