import type { StudyId } from '../../domain/ids.ts'
import type { Report } from '../../domain/trial.ts'
import { shouldPrune } from '../../optimizer/should-prune.ts'
import type { ServiceDeps } from '../deps.ts'
import type { ReportAnswer } from '../ports/study-records.ts'

/** What the worker of a trial is to do now, and why. */
export interface Decision {
  readonly decision: 'continue' | 'stop' | 'pause'
  readonly reason?: string
  readonly attempt: number
  readonly expiresAt?: Date
}

const REASONS: Readonly<Record<Exclude<ReportAnswer['order'], 'continue'>, string>> = {
  pause: 'The study is paused: save how far you are, and go on when it does.',
  study: 'The study is stopping.',
  trial: 'Somebody asked that this trial be given up.',
  superseded:
    'The lease has run out, and the trial was given to another worker. Only that you complete it would still count.',
  finished: 'The trial has ended. What you tell all the same is kept.',
}

/**
 * Renews the lease of a trial of an external study and takes what it measured; without reports it is a sign of life.
 *
 * @param attempt 0 for the only one there was.
 * @throws not-external, unknown-lease
 */
export async function reportTrial(
  deps: ServiceDeps,
  id: StudyId,
  number: number,
  attempt: number,
  reports: readonly Report[],
): Promise<Decision> {
  const { order, ...lease } = await deps.store.reportTrial(id, number, attempt, reports)
  if (order === 'continue') {
    const reason = reports.length > 0 ? await whyPrune(deps, id, number) : undefined
    return reason === undefined ? { decision: 'continue', ...lease } : { decision: 'stop', reason, ...lease }
  }
  return { decision: order === 'pause' ? 'pause' : 'stop', reason: REASONS[order], ...lease }
}

/** A report that was taken is answered in any case: what cannot be judged just now goes on. */
async function whyPrune(deps: ServiceDeps, id: StudyId, number: number): Promise<string | undefined> {
  try {
    const snapshot = await deps.curves.load(id)
    return shouldPrune(snapshot, number, snapshot.trials[number]?.curve ?? [])?.reason
  } catch (err) {
    deps.logger.warn({ studyId: id, err }, 'trial not judged')
    return undefined
  }
}
