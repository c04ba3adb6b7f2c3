import type { Trainers } from '../services/ports/trainer.ts'
import { externalTrainer } from './external/external-trainer.ts'
import { functionTrainer } from './function/function-trainer.ts'
import { createDatasetLibrary, type UploadedDatasets } from './mlp/data/dataset-library.ts'
import { createMlpTrainer } from './mlp/mlp-trainer.ts'

/** Every trainer that a study can name: the one list to extend. */
export function createTrainers(uploaded: UploadedDatasets): Trainers {
  return {
    mlp: createMlpTrainer(createDatasetLibrary(uploaded)),
    function: functionTrainer,
    external: externalTrainer,
  }
}
