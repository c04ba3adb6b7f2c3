import { isCode } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import { isTrialFinished, type Trial } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'
import type { StudyRecord } from '../ports/study-records.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { enqueueTrials, type KnownPoint } from '../trials/enqueue-trials.ts'
import { exportTrials } from '../trials/export-trials.ts'
import { createStudy } from './create-study.ts'
import { moveStudy } from './move-study.ts'
import type { CopyRequest, StudyRequest } from './study-request.ts'

/**
 * A new study like another one: to do it again with one thing changed, or to go on from its trials where it has ended.
 * @param token the copy that was made with the same token is completed and answered again.
 * @throws invalid-study, and invalid-params where a trial does not fit what has changed
 */
export async function copyStudy(
  deps: ServiceDeps,
  id: StudyId,
  { trials: isWithTrials = false, ...changes }: CopyRequest,
  token?: string,
): Promise<StudyRecord> {
  const { study } = await deps.store.getStudy(id)
  const { warmStart, ...definition } = study.definition
  const request = {
    ...definition,
    ...changes,
    trainer: changes.trainer ?? definition.trainer,
    limits: { ...definition.limits, ...changes.limits },
  }
  if (!isWithTrials) return createStudy(deps, request, token, warmStart)
  await checkRoom(deps, id, request.limits)
  const copy = await createStudy(deps, { ...request, paused: true }, token, warmStart)
  // It is resumed when all are in it: one that is no longer paused was made by the same request before, and has its own life.
  return copy.study.state === 'paused' ? fill(deps, id, copy, { isToRun: !request.paused, token }) : copy
}

/** A copy that is full at once would never run. */
async function checkRoom(
  deps: ServiceDeps,
  id: StudyId,
  { trials }: NonNullable<StudyRequest['limits']>,
): Promise<void> {
  if (trials === undefined) return
  let count = 0
  for await (const page of exportTrials(deps, id)) count += page.filter(saysSomething).length
  const message = `has to be above ${count}, the number of trials that come along`
  refuseFaults('invalid-study', trials > count ? [] : [{ path: 'limits.trials', message }])
}

async function fill(
  deps: ServiceDeps,
  from: StudyId,
  { study: { id } }: StudyRecord,
  { isToRun, token }: { isToRun: boolean; token: string | undefined },
): Promise<StudyRecord> {
  try {
    let page = 0
    for await (const trials of exportTrials(deps, from)) {
      const points = trials.filter(saysSomething).map(toKnownPoint)
      const own = token && `${token}:${page++}`
      if (points.length > 0) await enqueueTrials(deps, id, points, own)
    }
  } catch (error) {
    // While the storage fails it stays, paused: the same request, with its key, completes it.
    if (!isCode(error, 'storage-unavailable')) await deps.store.deleteStudy(id)
    throw error
  }
  return isToRun ? moveStudy(deps, id, 'resume') : deps.store.getStudy(id)
}

/** What was canceled has no result, and what is open may still come to one where it is. */
function saysSomething({ state }: Trial): boolean {
  return isTrialFinished(state) && state !== 'canceled'
}

function toKnownPoint({
  number,
  params,
  state,
  metrics,
  standardErrors,
  reason,
  attributes,
}: Trial): KnownPoint {
  return { params, state, metrics, standardErrors, reason, attributes, place: `trial ${number}` }
}
