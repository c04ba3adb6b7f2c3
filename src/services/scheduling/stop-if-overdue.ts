import { isStudyFinished, type Study } from '../../domain/study.ts'
import type { ServiceDeps } from '../deps.ts'

/** Stops a study whose time limit has passed. @returns whether it had. */
export async function stopIfOverdue(deps: ServiceDeps, study: Study): Promise<boolean> {
  const { seconds } = study.definition.limits
  if (seconds === undefined || isStudyFinished(study.state) || study.state === 'stopping') return false
  const overdue = deps.clock().getTime() - Date.parse(study.createdAt) >= seconds * 1000
  if (overdue) {
    await deps.store.stopStudy(study.id, {
      code: 'time-limit',
      message: `The ${seconds} s of limits.seconds are over.`,
    })
  }
  return overdue
}
