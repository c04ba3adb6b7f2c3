import type { StudyId } from '../../domain/ids.ts'
import type { MetricValues } from '../../domain/metric.ts'
import { isStudyFinished, type Study } from '../../domain/study.ts'
import { type Trial, trialSeed } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'
import { TrainingFailed } from '../ports/trainer.ts'
import { closeStudy } from '../scheduling/close-study.ts'
import { untilAvailable } from '../waiting/until-available.ts'

/**
 * Measures a finished study's winner on the rows that no trial ever saw, after training it once more on all the
 * others. Runs in a trial worker; doubled calls store the first result. A winner that cannot be trained once more has none.
 */
export async function testBest(deps: ServiceDeps, id: StudyId, shutdown: AbortSignal): Promise<void> {
  const { study } = await deps.store.getStudy(id)
  if (!isStudyFinished(study.state)) return
  if (study.bestTrial !== undefined && !study.test) {
    await testTrial(deps, study, await deps.store.getTrial(id, study.bestTrial), shutdown)
  }
  await closeStudy(deps, id)
}

async function testTrial(
  deps: ServiceDeps,
  study: Study,
  trial: Trial,
  shutdown: AbortSignal,
): Promise<void> {
  const metrics = await measure(deps, study, trial, shutdown)
  if (metrics) await deps.store.recordTest(study.id, trial.number, metrics)
}

/** Undefined where nothing can be measured: each further try would come to the same. */
async function measure(
  { trainers, logger }: ServiceDeps,
  { id, definition }: Study,
  { number, params, metrics = {} }: Trial,
  shutdown: AbortSignal,
): Promise<MetricValues | undefined> {
  const { trainer } = definition
  const request = { trainer, params, seed: trialSeed(definition.seed, number), metrics }
  try {
    return await untilAvailable(async () => trainers[trainer.kind].test?.(request, shutdown), shutdown)
  } catch (error) {
    if (shutdown.aborted) throw error
    if (error instanceof TrainingFailed) {
      logger.warn({ studyId: id, reason: error.message }, 'best trial could not be tested')
    } else logger.error({ studyId: id, err: error }, 'trainer broke')
    return undefined
  }
}
