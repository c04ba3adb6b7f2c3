import { z } from 'zod'
import type { Prediction } from '../../services/ports/trainer.ts'

// About what a page of a table is; more of them are a matter for the model's file.
const ROWS_MAX = 1000

export const ModelQuerySchema = z.strictObject({ format: z.enum(['onnx', 'json']).default('onnx') })

export const PredictRequestSchema = z
  .strictObject({
    rows: z
      .array(z.record(z.string(), z.union([z.number(), z.string().max(1000), z.boolean()])))
      .min(1)
      .max(ROWS_MAX)
      .describe(
        "Rows as they are in the data set's file, by the names of their columns. A flag stands for a text such as True.",
      ),
  })
  .meta({ id: 'PredictRequest' })

const PredictionSchema = z
  .object({
    label: z.string().exactOptional().describe('The likeliest class.'),
    labels: z
      .array(z.string())
      .exactOptional()
      .describe('Where a row has any number of labels: those that hold.'),
    probabilities: z.record(z.string(), z.number()).exactOptional().describe('Of each class or label.'),
    values: z
      .record(z.string(), z.number())
      .exactOptional()
      .describe('Where values are predicted: of each target.'),
  })
  .meta({ id: 'PredictedRow' })

export const PredictionsSchema: z.ZodType<{
  readonly trial: number
  readonly predictions: readonly Prediction[]
}> = z
  .object({
    trial: z.int().min(0).describe('Whose network it is.'),
    predictions: z.array(PredictionSchema).describe('One a row.'),
  })
  .meta({ id: 'Predictions' })

/** The network in plain numbers; its parts differ by task. */
export const ModelSchema = z.looseObject({ task: z.string(), loss: z.string() }).meta({ id: 'Model' })
