import fc from 'fast-check'
import type { Response } from 'supertest'
import { expect, it } from 'vitest'
import { readExamples } from '../../../src/http/openapi/read-examples.ts'
import { ProblemSchema } from '../../../src/http/schemas/problem.ts'
import { mutated } from '../../fuzz/mutate.ts'
import { asCurl, runFuzz } from '../../fuzz/run-fuzz.ts'
import { populate } from '../../fuzz/world.ts'
import { withApp } from '../../support/app.ts'

const app = withApp()
const [study, trial] = ['study-network', 'trial-known-point'].map(
  (name) => readExamples().find((example) => example.name === name)!.value,
)

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

it('answers requests made from its own document as that says, and hostile ones with a problem', async () => {
  const prepare = () => populate(app())

  const { findings, byKind } = await runFuzz({ url: app().url, requests: 800, seed: 1, prepare })

  expect(findings.map(({ what, request }) => `${what}\n${asCurl(app().url, request)}`)).toEqual([])
  for (const sent of Object.values(byKind)) expect(sent).toBeGreaterThan(100)
})
