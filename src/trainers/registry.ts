import type { Trainers } from '../services/ports/trainer.ts'
import { externalTrainer } from './external/external-trainer.ts'
import { functionTrainer } from './function/function-trainer.ts'
import { mlpTrainer } from './mlp/mlp-trainer.ts'

/** Every trainer that a study can name: the one list to extend. */
export function createTrainers(): Trainers {
  return { mlp: mlpTrainer, function: functionTrainer, external: externalTrainer }
}
