import { isCode } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { Report } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'
import { createBell } from '../waiting/bell.ts'
import { untilAvailable } from '../waiting/until-available.ts'

/** Why a training was cut short by what its reports brought back. */
export type StopReason = 'study-stopping' | 'trial-stopped' | 'superseded'

/** What a training is told to do. */
export interface Orders {
  stop(reason: StopReason): void
  pause(): void
  /** What was pushed is stored, and so may be what others have. */
  stored(): Promise<void>
}

export interface Reporter {
  push(report: Report): void
  /** Resolves when everything pushed is stored, or cannot be any more. Never rejects. @returns whether all is stored. */
  drain(): Promise<boolean>
}

// Short epochs share a round trip, and an entry of the journal. Nobody looks more often, and a stop is heard so soon.
const APART_MS = 50

/**
 * Sends reports on while training goes on: one round trip at a time, each with all that has come since the last.
 * What a round trip brings back may stop the training, or have it pause.
 *
 * @param apartMs between two round trips, unless it is over.
 */
export function createReporter(
  deps: ServiceDeps,
  study: StudyId,
  number: number,
  attempt: number,
  signal: AbortSignal,
  { stop, pause, stored }: Orders,
  apartMs = APART_MS,
): Reporter {
  let unsent: Report[] = []
  let sending: Promise<void> | undefined
  let isComplete = true
  let sentAt = Number.NEGATIVE_INFINITY
  const isOver = createBell()

  async function rest(): Promise<void> {
    const ms = sentAt + apartMs - performance.now()
    if (ms > 0) await isOver.rung(ms, signal)
    sentAt = performance.now()
  }

  async function send(): Promise<void> {
    while (unsent.length > 0) {
      await rest()
      const reports = unsent
      unsent = []
      const answer = await untilAvailable(
        () => deps.store.reportValues(study, number, attempt, reports),
        signal,
      )
      if (answer.pause) pause()
      if (answer.stop) stop(answer.stop === 'study' ? 'study-stopping' : 'trial-stopped')
      await stored()
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
      isOver.ring()
      while (sending) await sending
      return isComplete
    },
  }
}

/** Whether a refused write means that this attempt has no say over the trial any more. */
export function isSuperseded(error: unknown): boolean {
  return isCode(error, 'attempt-superseded', 'trial-finished', 'trial-not-found', 'study-not-found')
}
