import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isCode } from '../../domain/errors.ts'
import { type StudyId, trialId } from '../../domain/ids.ts'
import type { Study } from '../../domain/study.ts'
import type { ServiceDeps } from '../deps.ts'
import type { Look } from '../ports/study-records.ts'
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
  let atRest: AtRest = new Map()
  while (!signal.aborted) {
    const sweep = async () => {
      atRest = await reconcile(deps, signal, atRest)
      await deps.store.forgetUncreated(new Date(deps.clock().getTime() - CREATION_MS_MAX))
      if (retentionDays !== undefined) await retainStudies(deps, retentionDays)
    }
    await sweep().catch((err) => deps.logger.warn({ err }, 'sweep failed'))
    await delay(everyMs, undefined, { signal }).catch(() => {})
  }
}

/** Studies that needed nothing when their journals had come so far. */
export type AtRest = ReadonlyMap<StudyId, Look>

/**
 * Finds lost work in every open study and puts it right. A study that fails is logged and does not stop the rest.
 *
 * @param atRest what the last sweep returned: these are passed over until something has happened to them.
 */
export async function reconcile(
  deps: ServiceDeps,
  signal: AbortSignal,
  atRest: AtRest = new Map(),
): Promise<AtRest> {
  const found = new Map<StudyId, Look>()
  for (const [id, look] of await deps.store.listOpenStudies()) {
    if (signal.aborted) break
    if (isDeepStrictEqual(atRest.get(id), look) || (await reconcileOrLog(deps, id))) found.set(id, look)
  }
  return found
}

/** @returns whether it is at rest. */
async function reconcileOrLog(deps: ServiceDeps, id: StudyId): Promise<boolean> {
  try {
    return isAtRest(await reconcileStudy(deps, id))
  } catch (err) {
    if (isCode(err, 'study-not-found')) await deps.store.closeStudy(id)
    else deps.logger.warn({ studyId: id, err }, 'study not reconciled')
    return false
  }
}

/** Whether there is nothing to do for it until something happens to it: no job to be lost, and no time to run out. */
function isAtRest({ state, definition: { trainer, limits } }: Study): boolean {
  if (limits.seconds !== undefined) return false
  return state === 'paused' || (state === 'running' && trainer.kind === 'external')
}

/**
 * Gives each trial in flight a job again if it has none, tops the study up, and puts its old events away.
 * @returns the study as it was before.
 */
export async function reconcileStudy(deps: ServiceDeps, id: StudyId): Promise<Study> {
  const { study } = await deps.store.getStudy(id)
  if (study.state === 'stopping') await deps.store.cancelIdle(id)
  const isOverdue = await stopIfOverdue(deps, study)
  const isExternal = study.definition.trainer.kind === 'external'
  const mayRun = isOverdue || study.state === 'running' || study.state === 'stopping'
  if (mayRun) await (isExternal ? endAbandoned(deps, id) : requeueLost(deps, id))
  await topUp(deps, id)
  await deps.store.archiveJournal(id)
  return study
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
