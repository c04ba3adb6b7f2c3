import { setTimeout as delay } from 'node:timers/promises'
import { objectivesOf } from '../domain/metric.ts'
import { isStudyFinished } from '../domain/study.ts'
import type { StudyView } from '../http/schemas/study.ts'
import type { Client } from './client.ts'
import { type Progress, startProgress } from './progress.ts'

const POLL_MS = 150
// Training the winner once more takes as long as a trial did.
const TEST_MS_MAX = 60_000

/**
 * Watches a study, with a progress bar, until it has ended and its winner is tested.
 *
 * @returns its last state; without `test` when there is no winner or its test did not come.
 */
export async function followStudy(
  client: Client,
  created: StudyView,
  signal: AbortSignal,
): Promise<StudyView> {
  const metric = objectivesOf(created.metrics)[0]!.name
  const progress = startProgress(created.limits.trials ?? Number.POSITIVE_INFINITY, metric)
  try {
    return await untilTested(client, created.id, progress, signal)
  } finally {
    progress.stop()
  }
}

async function untilTested(
  client: Client,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<StudyView> {
  const bestValue = rememberBest(client)
  let finishedAt = Number.POSITIVE_INFINITY
  for (;;) {
    const study = await client.getStudy(id)
    progress.update(study, await bestValue(study))
    const isFinished = isStudyFinished(study.state)
    if (isFinished) finishedAt = Math.min(finishedAt, performance.now())
    const isTested = study.test !== undefined || study.bestTrial === undefined
    if (isFinished && (isTested || performance.now() - finishedAt > TEST_MS_MAX)) return study
    await delay(POLL_MS, undefined, { signal })
  }
}

/** @returns what gives the best objective so far, and asks for a trial only when the best is a new one. */
function rememberBest(client: Client): (study: StudyView) => Promise<number | undefined> {
  let number: number | undefined
  let value: number | undefined
  return async ({ id, bestTrial, metrics: measured }) => {
    if (bestTrial === undefined || bestTrial === number) return value
    const { metrics } = await client.getTrial(id, bestTrial)
    number = bestTrial
    value = metrics?.[objectivesOf(measured)[0]!.name]
    return value
  }
}
