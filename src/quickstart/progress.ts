import { Presets, SingleBar } from 'cli-progress'
import type { StudyView } from '../http/schemas/study.ts'

export interface Progress {
  /** @param best the objective's best value so far. */
  update(study: StudyView, best: number | undefined): void
  stop(): void
}

// Where no terminal is, a line now and then instead of a bar that moves.
const LINE_MS = 2000
const FORMAT = '{bar} {value}/{total} trials | {best} | {left}'

/** A bar on stderr, so that stdout holds results only. */
export function startProgress(trials: number, metric: string): Progress {
  const startedAt = performance.now()
  const options = { format: FORMAT, noTTYOutput: true, notTTYSchedule: LINE_MS, hideCursor: true }
  const bar = new SingleBar({ ...options, stream: process.stderr }, Presets.shades_classic)
  bar.start(trials, 0, { best: `${metric}: none yet`, left: 'starting' })
  return {
    update(study, best) {
      const finished = finishedTrials(study)
      const elapsedMs = performance.now() - startedAt
      bar.update(finished, {
        best: best === undefined ? `${metric}: none yet` : `best ${metric} ${best.toPrecision(4)}`,
        left: timeLeft(finished, trials, elapsedMs),
      })
    },
    stop: () => bar.stop(),
  }
}

export function finishedTrials({
  trials: { queued: _, running: __, paused: ___, ...finished },
}: StudyView): number {
  return Object.values(finished).reduce((sum, count) => sum + count, 0)
}

/** As if the trials to come took as long as those before. */
function timeLeft(finished: number, trials: number, elapsedMs: number): string {
  if (finished >= trials) return 'testing the best one'
  if (finished === 0) return 'starting'
  const seconds = Math.ceil(((elapsedMs / finished) * (trials - finished)) / 1000)
  return seconds < 60 ? `${seconds} s left` : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`
}
