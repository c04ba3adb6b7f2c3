import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import type { Report } from '../domain/trial.ts'
import type { ServiceDeps } from './deps.ts'
import { untilAvailable } from './until-available.ts'

/** Why a training was cut short by what its reports brought back. */
export type StopReason = 'study-stopping' | 'trial-stopped' | 'superseded'

export interface Reporter {
  push(report: Report): void
  /** Resolves when everything pushed is stored, or cannot be any more. Never rejects. @returns whether all is stored. */
  drain(): Promise<boolean>
}

/**
 * Sends reports on while training goes on: one round trip at a time, each with all that has come since the last.
 * What a round trip brings back may stop the training, or have it pause.
 */
export function createReporter(
  deps: ServiceDeps,
  study: StudyId,
  number: number,
  attempt: number,
  signal: AbortSignal,
  stop: (reason: StopReason) => void,
  pause: () => void,
): Reporter {
  let unsent: Report[] = []
  let sending: Promise<void> | undefined
  let isComplete = true

  async function send(): Promise<void> {
    while (unsent.length > 0) {
      const reports = unsent
      unsent = []
      const answer = await untilAvailable(
        () => deps.store.reportValues(study, number, attempt, reports),
        signal,
      )
      if (answer.pause) pause()
      if (answer.stop) stop(answer.stop === 'study' ? 'study-stopping' : 'trial-stopped')
    }
  }

  function giveUp(err: unknown): void {
    unsent = []
    isComplete = false
    if (isSuperseded(err)) stop('superseded')
    // A training that is being aborted does not wait for the storage to come back.
    else if (!signal.aborted) deps.logger.error({ studyId: study, attempt, err }, 'report lost')
  }

  return {
    push(report) {
      unsent.push(report)
      sending ??= send()
        .catch(giveUp)
        .finally(() => {
          sending = undefined
        })
    },
    async drain() {
      while (sending) await sending
      return isComplete
    },
  }
}

/** Whether a refused write means that this attempt has no say over the trial any more. */
export function isSuperseded(error: unknown): boolean {
  const codes = ['attempt-superseded', 'trial-finished', 'trial-not-found', 'study-not-found']
  return error instanceof HoneError && codes.includes(error.code)
}
