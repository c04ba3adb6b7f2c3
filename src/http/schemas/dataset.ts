import { z } from 'zod'
import { DATASET_TASKS } from '../../domain/dataset.ts'

/** As in a study's `trainer.dataset`. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export const DatasetPathSchema = z.object({
  dataset: z.string().meta({ pattern: '^[^:/]+$' }).describe("A data set's name."),
})

export const DatasetQuerySchema = z.strictObject({
  name: z.string().regex(NAME).describe('What studies will call it: letters, digits, dot, dash, underscore.'),
  target: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      'Column to be predicted, or several of numbers with commas between: values, or labels of 0 and 1. The last column unless given.',
    ),
  task: z
    .enum(DATASET_TASKS)
    .optional()
    .describe(
      'Unless given: classification where the target has texts, or at most 20 different whole numbers; multi-label where there are several targets, all 0 or 1; else regression.',
    ),
})

const ColumnSchema = z
  .object({
    name: z.string(),
    type: z.enum(['number', 'category']),
    categories: z
      .array(z.string())
      .optional()
      .describe('Its texts; each of them is a feature of 0 or 1. Not in a list.'),
    min: z.number().optional().describe('The least of its numbers.'),
    max: z.number().optional().describe('The greatest of its numbers.'),
  })
  .meta({ id: 'DatasetColumn' })

export const DatasetSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    source: z.enum(['built-in', 'uploaded']),
    task: z.enum(DATASET_TASKS),
    rows: z.int().min(1),
    columns: z.array(ColumnSchema).describe("In the file's order, without the targets."),
    features: z
      .int()
      .min(1)
      .describe('What a network sees: the columns, each text of a category for itself.'),
    targets: z.array(z.string()).describe('What is to be predicted.'),
    classes: z.array(z.string()).describe('In the order of their numbers; empty where there are none.'),
    createdAt: z.iso.datetime().optional().describe('Of an uploaded one, as is `digest`.'),
    digest: z.string().optional().describe('SHA-256 of what was read; the same file gives the same.'),
  })
  .meta({ id: 'Dataset' })

export type DatasetView = z.infer<typeof DatasetSchema>

export const DatasetListSchema = z.object({ items: z.array(DatasetSchema) }).meta({ id: 'DatasetList' })
