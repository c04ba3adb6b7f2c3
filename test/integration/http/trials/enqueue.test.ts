import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { readExamples } from '../../../../src/http/openapi/read-examples.ts'
import { TrialSchema, type TrialView } from '../../../../src/http/schemas/trial.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()

async function createStudy(fields: object = {}): Promise<string> {
  const trainer = { kind: 'function', name: 'sine-cosine' }
  const { body } = await app()
    .http.post('/v1/studies')
    .send({ trainer, ...fields })
  return body.id
}

function enqueue(study: string, body: object | string | undefined) {
  return app().http.post(`/v1/studies/${study}/trials`).set('content-type', 'application/json').send(body)
}

describe('POST /v1/studies/{study}/trials: 201', () => {
  it('queues the values', async () => {
    const study = await createStudy()

    const response = await enqueue(study, { params: { x0: -1.5, x1: 3 } })

    expect(response.status).toBe(201)
    expect(response.headers.location).toBe(`/v1/studies/${study}/trials/0`)
    expect(TrialSchema.parse(response.body)).toEqual(response.body)
    expect(response.body).toMatchObject({
      study,
      number: 0,
      state: 'queued',
      params: { x0: -1.5, x1: 3 },
      origin: { sampler: 'enqueued', phase: 'enqueued' },
    })
  })

  it('imports a result that is known already: the best, learned from, and once however often it is sent', async () => {
    const study = await createStudy({ limits: { trials: 5 } })
    const known = { params: { x0: -1.5, x1: 3 }, metrics: { value: { value: -1.9, standardError: 0.1 } } }

    const answers = []
    for (const key of ['a', 'a']) answers.push(await enqueue(study, known).set('idempotency-key', key))

    for (const { status, body } of answers) {
      expect(status).toBe(201)
      expect(body).toMatchObject({
        number: 0,
        state: 'completed',
        attempt: 0,
        metrics: { value: -1.9 },
        standardErrors: { value: 0.1 },
        origin: { sampler: 'imported' },
      })
    }
    const { body } = await app().http.get(`/v1/studies/${study}`)
    expect(body).toMatchObject({ bestTrial: 0, trials: { completed: 1, queued: 0 } })
  })

  it('ends a study whose last results are imported', async () => {
    const study = await createStudy({ limits: { trials: 1 } })

    await enqueue(study, { params: { x0: 1, x1: 1 }, metrics: { value: 1 } })

    const { body } = await app().http.get(`/v1/studies/${study}`)
    expect(body).toMatchObject({ state: 'completed', endReason: { code: 'budget-used' } })
  })

  it('takes many points and results in one body, one a line, and answers one trial a line', async () => {
    const study = await createStudy({ limits: { trials: 5 } })
    const body = [
      { params: { x0: 1, x1: 2 }, metrics: { value: 0.5 } },
      { params: { x0: 3, x1: 4 } },
      { params: { x0: 5, x1: 6 }, metrics: { value: -0.5 } },
    ]

    const response = await enqueueLines(study, body)

    expect(response.status).toBe(201)
    expect(response.headers['content-type']).toMatch(/^application\/x-ndjson/)
    expect(response.headers.location).toBe(`/v1/studies/${study}/trials`)
    const trials = linesOf(response)
    expect(trials.map((trial) => TrialSchema.parse(trial))).toEqual(trials)
    expect(trials).toMatchObject(
      body.map(({ params }, number) => ({ number, params, state: number === 1 ? 'queued' : 'completed' })),
    )
    const { body: after } = await app().http.get(`/v1/studies/${study}`)
    expect(after).toMatchObject({ bestTrial: 2, trials: { completed: 2, queued: 1 } })
  })

  it('takes lines once, however often they are sent with one key', async () => {
    const study = await createStudy()
    const body = [{ params: { x0: 1, x1: 2 } }, { params: { x0: 3, x1: 4 } }]

    const first = await enqueueLines(study, body).set('idempotency-key', 'lines')
    const again = await enqueueLines(study, body).set('idempotency-key', 'lines')

    expect(linesOf(again)).toEqual(linesOf(first))
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect((await app().http.get(`/v1/studies/${study}/trials`)).body.items).toHaveLength(2)
  })

  it('imports an exported study as it is: the same trials, the same best, and a journal that proves itself', async () => {
    const [from, to] = [await createStudy(), await createStudy()]
    const params = { x0: 1, x1: 2 }
    await enqueueLines(from, [
      { params, metrics: { value: { value: 0.5, standardError: 0.1 } } },
      { params, state: 'failed', reason: 'out of memory' },
      { params, state: 'pruned', reason: 'behind', metrics: { value: 3 } },
      { params, metrics: { value: -0.5 }, attributes: { commit: '4be1c0d' } },
      { params },
    ])
    const { text: file } = await app().http.get(`/v1/studies/${from}/export?format=ndjson`).buffer(true)

    const response = await enqueueLines(to, file)

    expect(response.status).toBe(201)
    const [before, after] = [linesOf({ text: file }), linesOf(response)].map((trials) =>
      trials.map((trial) => {
        const { number, state, metrics, standardErrors, reason, attributes } = trial as TrialView
        return { number, state, metrics, standardErrors, reason, attributes, params }
      }),
    )
    expect(after).toEqual(before)
    expect(after![3]!.attributes).toEqual({ commit: '4be1c0d' })
    expect((await app().http.get(`/v1/studies/${to}`)).body).toMatchObject({
      bestTrial: 3,
      trials: { completed: 2, failed: 1, pruned: 1, queued: 1 },
    })
    const { difference } = await verifyStudy(app().deps.store, parseStudyId(to)!, algebraNamed)
    expect(difference).toBeUndefined()
  })

  it.each(readExamples().filter(({ schema }) => schema === 'TrialRequest'))(
    'accepts the example $name of the document',
    async ({ value }) => {
      expect((await enqueue(await createStudy(), value as object)).status).toBe(201)
    },
  )
})

function enqueueLines(study: string, body: readonly object[] | string) {
  const lines = typeof body === 'string' ? body : body.map((line) => `${JSON.stringify(line)}\n`).join('')
  const request = app().http.post(`/v1/studies/${study}/trials`).set('content-type', 'application/x-ndjson')
  return request.buffer(true).send(lines)
}

function linesOf({ text }: { text: string }): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('POST /v1/studies/{study}/trials of lines, refused', () => {
  const good = '{"params":{"x0":1,"x1":1}}'

  it.each([
    ['JSON that is broken', `${good}\n{"params":`, 400, 'malformed-request', /^Line 2 is not valid JSON/],
    ['a poisoned prototype', `{"__proto__":{}}\n`, 400, 'malformed-request', /^Line 1 .* not allowed/],
    [
      'a field that is unknown',
      `${good}\n{"params":{},"metric":{}}`,
      422,
      'invalid-params',
      /^line 2: metric: /,
    ],
    [
      'a value out of range',
      `${good}\n${good}\n{"params":{"x0":99,"x1":1}}`,
      422,
      'invalid-params',
      /^line 3: params\.x0: /,
    ],
    [
      'a metric that is missing',
      `{"params":{"x0":1,"x1":1},"metrics":{}}`,
      422,
      'invalid-params',
      /^line 1: metrics\.value: /,
    ],
    ['an empty line', `${good}\n\n${good}`, 422, 'invalid-params', /^line 2: /],
    ['no line at all', '', 422, 'invalid-params', /^line 1: /],
    [
      'more than are left',
      `${good}\n`.repeat(4),
      409,
      'budget-used',
      /but 3 are given out, fewer than you sent/,
    ],
    ['too many', `${good}\n`.repeat(1001), 413, 'body-too-large', /1001 lines: send at most 1000/],
  ])('refuses %s, and takes none', async (_, body, status, code, detail) => {
    const study = await createStudy({ limits: { trials: 3 } })

    const response = await enqueueLines(study, body)

    expect(response.body).toMatchObject({ status, type: `/problems/${code}` })
    expect(response.body.detail).toMatch(detail)
    expect((await app().http.get(`/v1/studies/${study}/trials`)).body.items).toEqual([])
  })

  it('refuses lines where one value is asked for: 415', async () => {
    const response = await app()
      .http.post('/v1/studies')
      .set('content-type', 'application/x-ndjson')
      .send('{}\n')

    expect(response.status).toBe(415)
    expect(response.body.type).toBe('/problems/unsupported-media-type')
  })
})

describe('POST /v1/studies/{study}/trials: 400', () => {
  it('says where the JSON is broken', async () => {
    const response = await enqueue(await createStudy(), '{"params": {"x0": 1,}}')

    expect(response.status).toBe(400)
    expect(response.body.detail).toMatch(/^The body is not valid JSON: .+ at position 20/)
  })
})

describe('POST /v1/studies/{study}/trials: 404', () => {
  it('knows no such study', async () => {
    const response = await enqueue('st_2222222222222222', { params: {} })

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})

describe('POST /v1/studies/{study}/trials: 409', () => {
  it('refuses more trials than the budget', async () => {
    const study = await createStudy({ limits: { trials: 1 } })
    await enqueue(study, { params: { x0: 1, x1: 1 } })

    const response = await enqueue(study, { params: { x0: 2, x1: 2 } })

    expect(response.status).toBe(409)
    expect(response.body).toMatchObject({
      type: '/problems/budget-used',
      detail: expect.stringContaining('limits.trials'),
    })
  })

  it('refuses trials for a study that has ended', async () => {
    const study = await createStudy()
    await app().http.post(`/v1/studies/${study}:stop`)

    const response = await enqueue(study, { params: { x0: 1, x1: 1 } })

    expect(response.status).toBe(409)
    expect(response.body.type).toBe('/problems/illegal-move')
  })
})

describe('POST /v1/studies/{study}/trials: 413', () => {
  it('refuses a body of 10 MB', async () => {
    const response = await enqueue(await createStudy(), { params: { x0: 'a'.repeat(10_000_000) } })

    expect(response.status).toBe(413)
    expect(response.body.type).toBe('/problems/body-too-large')
  })
})

describe('POST /v1/studies/{study}/trials: 415', () => {
  it('refuses what is not declared as JSON', async () => {
    const study = await createStudy()

    const response = await app()
      .http.post(`/v1/studies/${study}/trials`)
      .set('content-type', 'text/csv')
      .send('x0,x1\n1,2')

    expect(response.status).toBe(415)
  })
})

describe('POST /v1/studies/{study}/trials: 422', () => {
  it.each([
    [{ params: { x0: 11, x1: 0 } }, 'params.x0', 'must be from -10 to 10'],
    [{ params: { x0: 1 } }, 'params.x1', 'is missing: give it a value'],
    [{ params: { x0: 1, x1: 1, x2: 1 } }, 'params.x2', expect.stringContaining('not a parameter')],
    [{ params: { x0: [1], x1: 1 } }, 'params.x0', expect.stringContaining('must be')],
    [{ x0: 1, x1: 1 }, 'params', expect.stringContaining('is missing')],
    [{ params: { x0: 1, x1: 1 }, metrics: {} }, 'metrics.value', expect.stringContaining('is missing')],
    [
      { params: { x0: 1, x1: 1 }, metrics: { value: 'NaN' } },
      'metrics.value',
      expect.stringContaining('finite'),
    ],
    [
      { params: { x0: 1, x1: 1 }, attributes: { checkpoint: 'a.pt' } },
      'attributes',
      'leave it out of a trial that has not ended',
    ],
    [{ params: { x0: 1, x1: 1 }, state: 'failed' }, 'reason', 'is missing: say why it is failed'],
    [{ params: { x0: 1, x1: 1 }, reason: 'Why.' }, 'reason', 'leave it out of a trial that has not ended'],
    [
      { params: { x0: 1, x1: 1 }, metrics: { value: 1 }, reason: 'Why.' },
      'reason',
      'leave it out of a trial that completed',
    ],
    [
      {
        params: { x0: 1, x1: 1 },
        metrics: { value: { value: 1, standardError: 1 } },
        standardErrors: { value: 3 },
      },
      'standardErrors.value',
      'leave it out: the metric comes with its own',
    ],
    [
      { params: { x0: 1, x1: 1 }, state: 'completed' },
      'metrics.value',
      expect.stringContaining('is missing'),
    ],
    [
      { params: { x0: 1, x1: 1 }, state: 'queued', metrics: { value: 1 } },
      'metrics',
      expect.stringContaining('leave it out'),
    ],
    [
      { params: { x0: 1, x1: 1 }, standardErrors: { value: 1 } },
      'standardErrors.value',
      expect.stringContaining('no metric'),
    ],
    [{ params: { x0: 1, x1: 1 }, state: 'done' }, 'state', expect.stringContaining('one of')],
    [{ params: { x0: 1, x1: 1 }, metric: {} }, 'metric', expect.stringContaining('did you mean `metrics`?')],
  ])('refuses %j', async (body, path, message) => {
    const response = await enqueue(await createStudy(), body)

    expect(response.status).toBe(422)
    expect(response.body.type).toBe('/problems/invalid-params')
    expect(response.body.errors).toContainEqual({ path, message })
  })
})
