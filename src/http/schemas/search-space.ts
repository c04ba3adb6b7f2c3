import { z } from 'zod'
import type { ParameterRequest, SearchSpaceRequest } from '../../services/studies/study-request.ts'

// The shape only. What a space means, and how large it may be, is checked by the domain, in one place.

export const ParameterValueSchema = z
  .union([z.number(), z.string(), z.boolean()])
  .meta({ id: 'ParameterValue' })

export const ParamsSchema = z
  .record(z.string(), ParameterValueSchema)
  .meta({ id: 'Params', description: 'Parameter name -> value. Inactive conditional parameters are absent.' })

const name = z.string().describe('For `mlp`, the setting that is searched.')
const scale = z
  .enum(['linear', 'log', 'reverseLog'])
  .optional()
  .describe(
    'How values are spread between min and max; `linear` unless given. `log` needs min > 0. Samplers that learn from results search a positive `linear` range of three decades or more by its logarithm all the same, unless it has a `step` or a `prior`.',
  )
const when = z
  .record(z.string(), z.array(ParameterValueSchema))
  .optional()
  .describe('Parameter listed earlier -> the values of it that make this one active. All entries must hold.')

const standard = ParameterValueSchema.optional().describe(
  'What a trial without the parameter counts as having had: needed of a parameter that is added to a study with trials.',
)

const prior = z
  .strictObject({
    mean: z.number(),
    standardDeviation: z
      .number()
      .describe("In the parameter's unit; on a log scale, of the natural logarithm."),
  })
  .optional()
  .describe(
    'Where you expect the best value: trials begin there, and results outweigh it in time. With `when`, it counts where the parameter is active. `random`, `grid`, `tpe` and `cma-es` do not look at it.',
  )

const weights = z
  .strictObject({
    weights: z
      .array(z.number())
      .describe('One a value, above 0: how likely each is to be the best. Only their ratios count.'),
  })
  .optional()
  .describe(
    'What you expect to be best: trials begin with it, and results outweigh it in time. `random`, `grid`, `tpe` and `cma-es` do not look at it.',
  )

const FloatParameter = z
  .strictObject({
    name,
    type: z.literal('float'),
    min: z.number(),
    max: z.number(),
    scale,
    step: z.number().optional().describe('Values are min + k*step; only with scale `linear`.'),
    prior,
    default: standard,
    when,
  })
  .meta({ id: 'FloatParameter' })

const IntParameter = z
  .strictObject({
    name,
    type: z.literal('int'),
    min: z.int(),
    max: z.int(),
    scale,
    step: z.int().optional().describe('Values are min + k*step; 1 unless given.'),
    prior,
    default: standard,
    when,
  })
  .meta({ id: 'IntParameter' })

const OrdinalParameter = z
  .strictObject({
    name,
    type: z.literal('ordinal'),
    values: z.array(ParameterValueSchema).describe('In order: neighbours are alike.'),
    prior: weights,
    default: standard,
    when,
  })
  .meta({ id: 'OrdinalParameter' })

const CategoricalParameter = z
  .strictObject({
    name,
    type: z.literal('categorical'),
    choices: z.array(ParameterValueSchema).describe('In no order.'),
    prior: weights,
    default: standard,
    when,
  })
  .meta({ id: 'CategoricalParameter' })

const ParameterSchema = z
  .discriminatedUnion('type', [FloatParameter, IntParameter, OrdinalParameter, CategoricalParameter])
  .meta({
    id: 'Parameter',
    examples: [{ name: 'momentum', type: 'float', min: 0, max: 0.99 }],
  }) satisfies z.ZodType<ParameterRequest>

export const SearchSpaceSchema = z
  .strictObject({
    parameters: z.array(ParameterSchema),
    constraints: z
      .array(z.string())
      .optional()
      .describe(
        'Expressions over the parameters that every trial satisfies, e.g. `hiddenLayers * hiddenUnits <= 1024`. They have `+ - * / ^`, `min max abs log exp sqrt floor ceil`, comparisons, `and or not`, and texts in quotes. One that names a parameter which a trial lacks holds for it.',
      ),
  })
  .meta({ id: 'SearchSpace' }) satisfies z.ZodType<SearchSpaceRequest>
