import fc from 'fast-check'
import type { Response } from 'supertest'
import { expect, it } from 'vitest'
import { readExamples } from '../../../src/http/openapi/read-examples.ts'
import { ProblemSchema } from '../../../src/http/schemas/problem.ts'
import { withApp } from '../../support/app.ts'

const app = withApp()
const [study, trial] = ['study-network', 'trial-known-point'].map(
  (name) => readExamples().find((example) => example.name === name)!.value,
)

/** What may be found where something else belongs. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(0, -1, 1.5, 1e-320, 1e308, 2 ** 53, '', 'x'.repeat(5000), [], {}, null, true),
  fc.constantFrom('('.repeat(50_000), 'hiddenLayers +'.repeat(5000), '1 <= 1', 'hiddenLayers ^ 1e9 <= 1'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'default'),
)

/** `value` with one part of it, however deep, replaced, removed or added to. */
function mutated(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return anything
  const parts = Object.entries(value).map(([key, part]) => mutated(part).map((change) => ({ key, change })))
  const added = fc.record({
    key: fc.constantFrom('toString', 'constructor', 'step', 'when', '9'),
    change: anything,
  })
  const removed = fc.constantFrom(...Object.keys(value)).map((key) => ({ key, change: undefined }))
  const changes = fc.oneof(
    { weight: 1, arbitrary: anything.map((change) => ({ key: null, change })) },
    ...parts,
    added,
    removed,
  )
  return changes.map(({ key, change }) => {
    if (key === null) return change
    const copy = Array.isArray(value) ? [...value] : { ...value }
    return Object.assign(copy, { [key]: change })
  })
}

function post(path: string, body: unknown) {
  return app().http.post(path).set('content-type', 'application/json').send(JSON.stringify(body))
}

function expectAnswer({ status, body }: Response): void {
  if (status === 201) return
  const { detail, errors } = ProblemSchema.parse(body)
  // The generator knows that `__proto__` is a key that parsers fall over; ours takes it for broken JSON.
  if (status === 400) {
    expect(detail).toContain('__proto__')
  } else {
    expect(status).toBe(422)
    expect(errors?.length).toBeGreaterThan(0)
  }
}

it('answers 201 or a problem that names its faults to whatever is posted as a study', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(study), async (body) => {
      const response = await post('/v1/studies', body)

      expectAnswer(response)
    }),
    { numRuns: 300 },
  )
})

it('answers 201 or a problem that names its faults to whatever is posted as a trial', async () => {
  const trainer = { kind: 'function', name: 'sine-cosine' }
  const { body: created } = await post('/v1/studies', { trainer, limits: { trials: 1000 } })

  await fc.assert(
    fc.asyncProperty(mutated(trial), async (body) => {
      const response = await post(`/v1/studies/${created.id}/trials`, body)

      expectAnswer(response)
    }),
    { numRuns: 150 },
  )
})
