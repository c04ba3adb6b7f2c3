import { describe, expect, it } from 'vitest'
import { readExamples } from '../../../../src/http/openapi/read-examples.ts'
import { StudySchema } from '../../../../src/http/schemas/study.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()

const trainer = { kind: 'function', name: 'branin' }
const x0 = { name: 'x0', type: 'float', min: -5, max: 10 }
const x1 = { name: 'x1', type: 'float', min: 0, max: 15 }
const limits = { trials: 3 }

function post(body: object | string | undefined) {
  return app().http.post('/v1/studies').set('content-type', 'application/json').send(body)
}

function withParameters(...parameters: object[]) {
  return { trainer, searchSpace: { parameters } }
}

describe('POST /v1/studies: 201', () => {
  it('creates a study from its trainer alone, every default filled in', async () => {
    const response = await post({ trainer })

    expect(response.status).toBe(201)
    expect(response.headers.location).toBe(`/v1/studies/${response.body.id}`)
    expect(StudySchema.parse(response.body)).toEqual(response.body)
    expect(response.body).toMatchObject({
      name: 'branin',
      state: 'running',
      trainer,
      sampler: { kind: 'auto' },
      limits: { trials: 50, parallel: 1 },
      trials: { queued: 0, running: 0, completed: 0, pruned: 0, failed: 0, infeasible: 0, canceled: 0 },
    })
    expect(response.body.searchSpace.parameters).toHaveLength(2)
  })

  it('keeps what was asked for', async () => {
    const study = {
      name: 'mine',
      seed: 4294967295,
      tags: ['a', 'b'],
      searchSpace: { parameters: [x0, x1], constraints: ['x0 <= x1'] },
      metrics: [{ name: 'value', goal: 'minimize' }],
      trainer,
      sampler: { kind: 'sobol' },
      pruner: { kind: 'none' },
      limits: { trials: 3, parallel: 2, seconds: 60.5 },
    }

    const { body } = await post(study)

    expect(body).toMatchObject(study)
    const again = await app().http.get(`/v1/studies/${body.id}`)
    expect(again.body).toEqual(body)
  })

  it('takes the settings of a network, lists and flags among them, and keeps them', async () => {
    const settings = {
      hiddenWidths: [64, 32],
      residual: true,
      normalization: 'batch',
      dropout: 0.1,
      labelSmoothing: 0.05,
      classWeights: 'balanced',
      folds: 5,
    }
    const metrics = [{ name: 'validationRocAuc', goal: 'maximize' }]

    const { status, body } = await post({ trainer: { kind: 'mlp', dataset: 'iris', settings }, metrics })

    expect(status).toBe(201)
    expect(body.trainer.settings).toEqual(settings)
    const names = body.searchSpace.parameters.map(({ name }: { name: string }) => name)
    expect(names).not.toContain('hiddenUnits')
    const again = await app().http.get(`/v1/studies/${body.id}`)
    expect(again.body).toEqual(body)
  })

  it('searches widths and flags', async () => {
    const parameters = [
      { name: 'hiddenWidths', type: 'categorical', choices: ['64', '64-32'] },
      { name: 'residual', type: 'categorical', choices: [true, false] },
    ]

    const { status } = await post({ trainer: { kind: 'mlp', dataset: 'iris' }, searchSpace: { parameters } })

    expect(status).toBe(201)
  })

  it('takes the settings of an update rule, and keeps them', async () => {
    const settings = {
      optimizer: 'lion',
      schedule: 'oneCycle',
      warmupEpochs: 3,
      weightDecay: 0.1,
      clipNorm: 1,
    }

    const response = await post({ trainer: { kind: 'mlp', dataset: 'iris', settings } })

    expect(response.status).toBe(201)
    expect(response.body.trainer.settings).toEqual(settings)
  })

  it.each(readExamples().filter(({ schema }) => schema === 'StudyRequest'))(
    'accepts the example $name of the document',
    async ({ value }) => {
      const response = await post(value as object)

      expect(response.body).toMatchObject({ state: 'running' })
      expect(response.status).toBe(201)
    },
  )
})

describe('POST /v1/studies: 400', () => {
  it.each([
    ['{"trainer": {"kind": "mlp",}}', /^The body is not valid JSON: .+ at position 27/],
    ['{"trainer"', /^The body is not valid JSON: /],
    ['{"__proto__": {}}', /^The body is not valid JSON: the keys `__proto__`/],
  ])('says where the JSON of %s is broken', async (body, detail) => {
    const response = await post(body)

    expect(response.status).toBe(400)
    expect(response.type).toBe('application/problem+json')
    expect(response.body).toMatchObject({
      type: '/problems/malformed-request',
      instance: '/v1/studies',
      detail: expect.stringMatching(detail),
    })
  })

  it('refuses letters of another encoding, which would become others', async () => {
    const body = Buffer.from(JSON.stringify({ name: 'größe', trainer }), 'latin1')
    const headers = { 'content-type': 'application/json; charset=iso-8859-1' }

    const response = await fetch(`${app().url}/v1/studies`, { method: 'POST', headers, body })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      detail: 'The body is not UTF-8: send JSON in no other encoding.',
    })
  })
})

describe('POST /v1/studies: 413', () => {
  const tenMegabytes = JSON.stringify({ trainer, name: 'a'.repeat(10_000_000) })

  it('refuses a body of 10 MB with a problem, not with a broken connection', async () => {
    for (let i = 0; i < 5; i++) {
      const response = await post(tenMegabytes)

      expect(response.status).toBe(413)
      expect(response.type).toBe('application/problem+json')
      expect(response.body).toMatchObject({ type: '/problems/body-too-large' })
    }
  })

  it('refuses one that does not say how long it is', async () => {
    const body = new Blob([tenMegabytes]).stream()

    const response = await fetch(`${app().url}/v1/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    })

    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ type: '/problems/body-too-large' })
  })
})

describe('POST /v1/studies: 415', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'refuses %s',
    async (type) => {
      const response = await app().http.post('/v1/studies').set('content-type', type).send('trainer=mlp')

      expect(response.status).toBe(415)
      expect(response.body).toMatchObject({
        type: '/problems/unsupported-media-type',
        detail: 'Send JSON, with the header Content-Type: application/json.',
      })
    },
  )
})

describe('POST /v1/studies: 422', () => {
  it.each([
    ['no body', undefined, '', /is missing; it must be an object/],
    ['a list', [], '', /must be an object, not a list/],
    ['an unknown field', { trainer, limit: 3 }, 'limit', /did you mean `limits`\?/],
    ['a missing field', { limits }, 'trainer', /is missing; it must be an object/],
    ['a wrong type', { trainer, seed: '7' }, 'seed', /must be a whole number, not "7"/],
    ['min > max', withParameters({ ...x0, min: 11 }, x1), 'searchSpace.parameters[0].min', /max \(10\)/],
    [
      'log with 0',
      withParameters(x0, { ...x1, scale: 'log' }),
      'searchSpace.parameters[1].min',
      /must be above 0 when scale is log/,
    ],
    [
      'a condition on a later parameter',
      withParameters({ ...x0, when: { x1: [1] } }, x1),
      'searchSpace.parameters[0].when.x1',
      /move x1 before/,
    ],
    [
      'duplicate names',
      withParameters(x0, { ...x1, name: 'x0' }),
      'searchSpace.parameters[1].name',
      /names must differ/,
    ],
    [
      'an unsatisfiable constraint',
      { trainer, searchSpace: { parameters: [x0, x1], constraints: ['x0 + x1 > 26'] } },
      'searchSpace.constraints',
      /loosen/,
    ],
    [
      'a broken constraint',
      { trainer, searchSpace: { parameters: [x0, x1], constraints: ['x0 <'] } },
      'searchSpace.constraints[0]',
      /./,
    ],
    ['an unknown data set', { trainer: { kind: 'mlp', dataset: 'mnist' } }, 'trainer.dataset', /digits/],
    [
      'an unknown setting',
      { trainer: { kind: 'mlp', dataset: 'digits', settings: { learningrate: 0.1 } } },
      'trainer.settings.learningrate',
      /did you mean `learningRate`\?/,
    ],
    [
      'a setting the engine cannot take',
      { trainer: { kind: 'mlp', dataset: 'digits', settings: { activation: 'swish' } } },
      'trainer.settings.activation',
      /must be one of "relu", "leakyRelu", "elu", "gelu", "silu", "tanh"/,
    ],
    ['an unknown function', { trainer: { kind: 'function', name: 'braning' } }, 'trainer.name', /branin/],
    [
      'a log scale of what may be below 0',
      {
        trainer: { kind: 'mlp', dataset: 'diabetes' },
        metrics: [{ name: 'validationR2', goal: 'maximize', scale: 'log' }],
      },
      'metrics[0].scale',
      /may be below 0/,
    ],
    ['a budget of nothing', { trainer, limits: { trials: 0 } }, 'limits.trials', /must be at least 1/],
  ])('names the path of %s, and what to do', async (_mistake, body, path, message) => {
    const response = await post(body)

    expect(response.status).toBe(422)
    expect(response.type).toBe('application/problem+json')
    expect(response.body).toMatchObject({
      type: '/problems/invalid-study',
      title: 'Invalid study',
      status: 422,
      instance: '/v1/studies',
      requestId: response.headers['x-request-id'],
      errors: expect.arrayContaining([{ path, message: expect.stringMatching(message) }]),
    })
    expect(response.body.detail).toMatch(message)
  })

  it('lists all mistakes at once', async () => {
    const response = await post(withParameters({ ...x0, min: 11 }, { ...x1, scale: 'log' }))

    expect(response.body.errors).toHaveLength(2)
    expect(response.body.detail).toMatch(/\(and 1 more\)$/)
  })

  it('creates nothing', async () => {
    const before = await app().http.get('/v1/studies')

    await post(withParameters({ ...x0, min: 11 }, x1))

    const after = await app().http.get('/v1/studies')
    expect(after.body).toEqual(before.body)
  })
})
