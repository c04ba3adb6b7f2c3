import { inFlight, type StudySnapshot } from '../../domain/study-snapshot.ts'
import { clamp } from '../../math/clamp.ts'
import type { Stock } from '../ports/study-records.ts'

/**
 * Work that one study may have waiting for a worker. The queues are first come, first served, so this is what a study
 * gets in its turn while others wait too, and how old a proposal's knowledge can be when its training begins.
 */
export const TURN_MS = 500
// Enough to start with, for studies whose trials are not known yet.
const UNKNOWN_MS = 31
// Two, so that a worker that gets free finds the next trial there; more than 128 would only grow old, while of fewer four
// workers take them one by one, which costs each trial a sixth more.
const WAITING = { min: 2, max: 128 }
const RECENT = 10

/** Trials that may wait for a worker make up the study's turn, times its priority; more are asked for when half is left. */
export function stockOf(snapshot: StudySnapshot): Stock {
  const { priority = 1 } = snapshot.study.definition
  const waitingMax = priority * clamp(Math.round(TURN_MS / usualMs(snapshot)), WAITING.min, WAITING.max)
  const running = snapshot.trials.filter(({ state }) => state === 'running').length
  return { inFlightMax: running + waitingMax, refillAt: Math.floor(waitingMax / 2) }
}

/** Places that proposals may fill now. */
export function placesIn(snapshot: StudySnapshot, inFlightMax: number): number {
  const { state, definition } = snapshot.study
  if (state !== 'running') return 0
  const { parallel, trials = Number.POSITIVE_INFINITY } = definition.limits
  const free = Math.min(parallel, inFlightMax) - inFlight(snapshot)
  return Math.max(0, Math.min(free, trials - snapshot.trials.length))
}

/** The median duration of the trials that were finished of late. */
function usualMs({ trials }: StudySnapshot): number {
  const durations: number[] = []
  for (let i = trials.length - 1; i >= 0 && durations.length < RECENT; i--) {
    const { startedAt, finishedAt } = trials[i]!
    if (startedAt && finishedAt) durations.push(Date.parse(finishedAt) - Date.parse(startedAt))
  }
  if (durations.length === 0) return UNKNOWN_MS
  return Math.max(1, durations.sort((a, b) => a - b)[durations.length >> 1]!)
}
