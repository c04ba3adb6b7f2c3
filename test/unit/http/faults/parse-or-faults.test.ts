import { describe, expect, it } from 'vitest'
import { parseOrFaults } from '../../../../src/http/faults/parse-or-faults.ts'
import { StudyListQuerySchema } from '../../../../src/http/schemas/page.ts'
import { StudyRequestSchema } from '../../../../src/http/schemas/study-request.ts'
import { TrialRequestSchema } from '../../../../src/http/schemas/trial.ts'

const trainer = { kind: 'function', name: 'branin' }
const float = { name: 'x', type: 'float', min: 0, max: 1 }

/** The faults of a study as `path: message` lines. */
function faultsOf(
  study: unknown,
  schema: Parameters<typeof parseOrFaults>[0] = StudyRequestSchema,
): string[] {
  const parsed = parseOrFaults(schema, study)
  return 'faults' in parsed ? parsed.faults.map(({ path, message }) => `${path}: ${message}`) : []
}

function faultsOfParameter(parameter: unknown): string[] {
  return faultsOf({ trainer, searchSpace: { parameters: [parameter] } })
}

describe('parseOrFaults', () => {
  it('takes a study that names nothing but its trainer', () => {
    expect(parseOrFaults(StudyRequestSchema, { trainer })).toEqual({ value: { trainer } })
  })

  it('names an unknown field and the one that was meant', () => {
    const faults = faultsOf({ trainer: { kind: 'mlp', dataset: 'iris', settings: { learningrate: 0.1 } } })

    expect(faults).toEqual([
      'trainer.settings.learningrate: unknown field `learningrate`; did you mean `learningRate`?',
    ])
  })

  it('lists the legal fields when no name is near the unknown one', () => {
    expect(faultsOfParameter({ ...float, quantization: 1 })).toEqual([
      'searchSpace.parameters[0].quantization: unknown field `quantization`; ' +
        'the fields here are name, type, min, max, scale, step, prior, default, when',
    ])
  })

  it('makes each of several unknown fields, in several places, a fault of its own', () => {
    const faults = faultsOf({ trainer, nmae: 'a', seeed: 1, limits: { trails: 3 } })

    expect(faults.toSorted()).toEqual([
      'limits.trails: unknown field `trails`; did you mean `trials`?',
      'nmae: unknown field `nmae`; did you mean `name`?',
      'seeed: unknown field `seeed`; did you mean `seed`?',
    ])
  })

  it('names one bound of a whole number, its own', () => {
    expect(faultsOf({ trainer, seed: 2 ** 53 })).toEqual(['seed: must be at most 4294967295'])
  })

  it('says what a missing field must be', () => {
    expect(faultsOf({})).toEqual([
      'trainer: is missing; it must be an object such as {"kind":"mlp","dataset":"digits"}',
    ])
    expect(faultsOfParameter({ name: 'x', type: 'float', min: 0 })).toEqual([
      'searchSpace.parameters[0].max: is missing; it must be a finite number',
    ])
  })

  it('says what a value of the wrong type must be and what it is', () => {
    expect(faultsOfParameter({ ...float, min: '0' })).toEqual([
      'searchSpace.parameters[0].min: must be a finite number, not "0"',
    ])
    expect(faultsOfParameter({ ...float, type: 'int', max: 2.5 })).toEqual([
      'searchSpace.parameters[0].max: must be a whole number, not 2.5',
    ])
    expect(faultsOf({ trainer, metrics: ['loss'] })).toEqual([
      'metrics[0]: must be an object such as {"name":"validationLoss","goal":"minimize"}, not "loss"',
    ])
    expect(faultsOf({ trainer, tags: 'demo' })).toEqual(['tags: must be a list, not "demo"'])
    expect(faultsOf({ trainer, name: null })).toEqual(['name: must be text, not null'])
  })

  it('refuses a number too large for JSON to hold', () => {
    const study = JSON.parse('{"trainer":{"kind":"function","name":"branin"},"limits":{"seconds":1e999}}')

    expect(faultsOf(study)).toEqual(['limits.seconds: must be a finite number, not Infinity'])
  })

  it('names the alternatives of a kind, and the one that was meant', () => {
    expect(faultsOfParameter({ ...float, type: 'flaot' })).toEqual([
      'searchSpace.parameters[0].type: must be one of "float", "int", "ordinal", "categorical"; did you mean "float"?',
    ])
    expect(faultsOf({ trainer: { dataset: 'iris' } })).toEqual([
      'trainer.kind: is missing; it must be one of "mlp", "function", "external"',
    ])
    expect(faultsOf({ trainer: { kind: 'keras' } })).toEqual([
      'trainer.kind: must be one of "mlp", "function", "external", not "keras"',
    ])
  })

  it('tells the roles of a metric apart, the objective having none', () => {
    const faults = (metric: object) => faultsOf({ trainer, metrics: [{ name: 'loss', ...metric }] })
    expect(faults({ role: 'limit' })).toEqual([
      'metrics[0].role: must be one of "objective", "constraint", "store", not "limit"',
    ])
    expect(faults({ role: 'constraint', maximum: 3 })[0]).toContain('metrics[0].maximum: unknown field')
    expect(faults({})).toEqual(['metrics[0].goal: is missing; it must be one of "minimize", "maximize"'])
  })

  it('names both forms of a search space for a value that is neither', () => {
    expect(faultsOf({ trainer, searchSpace: 'standard' })).toEqual([
      'searchSpace: must be "default" or an object, not "standard"',
    ])
  })

  it('goes into the form of a search space that was meant', () => {
    expect(faultsOf({ trainer, searchSpace: { parameters: [float], constraint: ['x < 1'] } })).toEqual([
      'searchSpace.constraint: unknown field `constraint`; did you mean `constraints`?',
    ])
    expect(faultsOf({ trainer, searchSpace: {} })).toEqual([
      'searchSpace.parameters: is missing; it must be a list',
    ])
  })

  it('gives the bounds of numbers, texts and lists', () => {
    expect(faultsOf({ trainer, limits: { trials: 0 } })).toEqual(['limits.trials: must be at least 1'])
    expect(faultsOf({ trainer, limits: { seconds: 0 } })).toEqual(['limits.seconds: must be more than 0'])
    expect(faultsOf({ trainer, name: '' })).toEqual(['name: must have at least 1 letter'])
    expect(faultsOf({ trainer, metrics: [] })).toEqual(['metrics: must have at least 1 item'])
    const metrics = Array.from({ length: 65 }, (_, i) => ({ name: `m${i}`, role: 'store' }))
    expect(faultsOf({ trainer, metrics })).toEqual(['metrics: must have at most 64 items'])
  })

  it('lists the legal values of a setting', () => {
    const settings = { activation: 'softmax', epochs: 0 }

    expect(faultsOf({ trainer: { kind: 'mlp', dataset: 'iris', settings } })).toEqual([
      'trainer.settings.epochs: must be at least 1',
      'trainer.settings.activation: must be one of "relu", "leakyRelu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus", "identity", not "softmax"',
    ])
  })

  it('quotes a name that is no identifier in its path', () => {
    expect(faultsOf({ params: { 'learning rate': [] } }, TrialRequestSchema)).toEqual([
      'params["learning rate"]: must be a finite number or text or true or false, not a list',
    ])
  })

  it('reads numbers from a query, and gives the defaults', () => {
    expect(parseOrFaults(StudyListQuerySchema, {})).toEqual({ value: { limit: 100 } })
    expect(parseOrFaults(StudyListQuerySchema, { limit: '7' })).toEqual({ value: { limit: 7 } })
    expect(faultsOf({ limit: 'many' }, StudyListQuerySchema)).toEqual(['limit: must be a finite number'])
    expect(faultsOf({ limit: '1001' }, StudyListQuerySchema)).toEqual(['limit: must be at most 1000'])
  })

  it('has a path of nothing for a body that is no object', () => {
    expect(faultsOf(undefined)).toEqual([': is missing; it must be an object'])
    expect(faultsOf([])).toEqual([': must be an object, not a list'])
  })
})
