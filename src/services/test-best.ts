import type { StudyId } from '../domain/ids.ts'
import { isStudyFinished, type Study } from '../domain/study.ts'
import { type Trial, trialSeed } from '../domain/trial.ts'
import { closeStudy } from './close-study.ts'
import type { ServiceDeps } from './deps.ts'
import { TrainingFailed } from './ports/trainer.ts'

/**
 * Measures a finished study's winner on the rows that no trial ever saw, after training it once more on all the
 * others. Runs in a trial worker; doubled calls store the first result.
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
  const { definition, id } = study
  const seed = trialSeed(definition.seed, trial.number)
  const request = { trainer: definition.trainer, params: trial.params, seed, metrics: trial.metrics ?? {} }
  try {
    const metrics = await deps.trainers[definition.trainer.kind].test?.(request, shutdown)
    if (metrics) await deps.store.recordTest(id, trial.number, metrics)
  } catch (error) {
    if (!(error instanceof TrainingFailed)) throw error
    deps.logger.warn({ studyId: id, reason: error.message }, 'best trial could not be tested')
  }
}
