import { setTimeout as delay } from 'node:timers/promises'
import { isCode } from '../../domain/errors.ts'
import { type StudyId, trialId } from '../../domain/ids.ts'
import type { ServiceDeps } from '../deps.ts'
import { retainStudies } from './retain-studies.ts'
import { stopIfOverdue } from './stop-if-overdue.ts'
import { topUp } from './top-up.ts'

export interface SweepOptions {
  readonly everyMs: number
  /** How long a study that is over is kept; for ever unless given. */
  readonly retentionDays?: number | undefined
}

// No creation that is still under way began that long ago.
const CREATION_MS_MAX = 60 * 60 * 1000

/**
 * Sweeps until `signal` aborts. A plain loop and no scheduled job: what heals lost jobs must not itself be one.
 * Several processes may sweep at once; it does no harm.
 */
export async function reconcileForever(
  deps: ServiceDeps,
  { everyMs, retentionDays }: SweepOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const sweep = async () => {
      await reconcile(deps, signal)
      await deps.store.forgetUncreated(new Date(deps.clock().getTime() - CREATION_MS_MAX))
      if (retentionDays !== undefined) await retainStudies(deps, retentionDays)
    }
    await sweep().catch((err) => deps.logger.warn({ err }, 'sweep failed'))
    await delay(everyMs, undefined, { signal }).catch(() => {})
  }
}

/** Finds lost work in every open study and puts it right. A study that fails is logged and does not stop the rest. */
export async function reconcile(deps: ServiceDeps, signal: AbortSignal): Promise<void> {
  for (const id of await deps.store.listOpenStudies()) {
    if (signal.aborted) return
    await reconcileStudy(deps, id).catch(async (err) => {
      if (isCode(err, 'study-not-found')) return deps.store.closeStudy(id)
      deps.logger.warn({ studyId: id, err }, 'study not reconciled')
    })
  }
}

/** Gives each trial in flight a job again if it has none, tops the study up, and puts its old events away. */
export async function reconcileStudy(deps: ServiceDeps, id: StudyId): Promise<void> {
  const { study } = await deps.store.getStudy(id)
  if (study.state === 'stopping') await deps.store.cancelIdle(id)
  const isOverdue = await stopIfOverdue(deps, study)
  const isExternal = study.definition.trainer.kind === 'external'
  const mayRun = isOverdue || study.state === 'running' || study.state === 'stopping'
  if (mayRun) await (isExternal ? endAbandoned(deps, id) : requeueLost(deps, id))
  await topUp(deps, id)
  await deps.store.archiveJournal(id)
}

/** Of a study that is stopping: what a lease that has run out leaves behind. Otherwise whoever asks next takes it over. */
async function endAbandoned(deps: ServiceDeps, id: StudyId): Promise<void> {
  await deps.store.takeTrials(id, { worker: '', count: 0, leaseMs: 0 })
}

async function requeueLost(deps: ServiceDeps, id: StudyId): Promise<void> {
  const trials = (await deps.store.inFlight(id)).map(({ number }) => trialId(id, number))
  const lost = await deps.jobs.withoutJob(trials)
  if (lost.length === 0) return
  await deps.jobs.enqueueTrials(lost)
  deps.logger.info({ studyId: id, trials: lost }, 'trials without a job enqueued again')
}
