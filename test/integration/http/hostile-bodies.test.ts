import { describe, expect, it } from 'vitest'
import { FAULTS_MAX } from '../../../src/domain/errors.ts'
import { withApp } from '../../support/app.ts'

const app = withApp()

const MIB = 1024 * 1024
// Twenty faults with all that they list are some tens of kilobytes.
const ANSWER_BYTES_MAX = 100_000

function send(path: string, body: string, type = 'application/json') {
  return app().http.post(path).set('content-type', type).send(body)
}

function study(settings: string): string {
  return `{"trainer":{"kind":"mlp","dataset":"iris","settings":${settings}}}`
}

describe('a body that is wrong through and through', () => {
  it.each([
    ['100,000 unknown fields', study(`{${Array.from({ length: 100_000 }, (_, i) => `"${i}":0`).join()}}`)],
    ['a name of a megabyte', study(`{"${'z'.repeat(1_000_000)}":1}`)],
    ['a kind of a megabyte', `{"trainer":{"kind":"${'z'.repeat(1_000_000)}"}}`],
    [
      '400,000 tags that are none',
      `{"trainer":{"kind":"external"},"tags":[${Array(400_000).fill(1).join()}]}`,
    ],
  ])('is answered with its first faults: %s', async (_name, body) => {
    const { status, type, text, body: problem } = await send('/v1/studies', body)

    expect(body.length).toBeLessThan(MIB)
    expect([status, type]).toEqual([422, 'application/problem+json'])
    expect(text.length).toBeLessThan(ANSWER_BYTES_MAX)
    expect(problem.errors.length).toBeLessThanOrEqual(FAULTS_MAX)
  })

  it('is answered with its first faults: each of 1000 lines has none of 1000 long choices', async () => {
    const choices = Array.from({ length: 1000 }, (_, i) => `${i}`.padEnd(600, 'x'))
    const created = await app()
      .http.post('/v1/studies')
      .send({
        trainer: { kind: 'external' },
        searchSpace: { parameters: [{ name: 'x', type: 'categorical', choices }] },
        metrics: [{ name: 'loss', goal: 'minimize' }],
      })

    const lines = '{"params":{"x":"no"}}\n'.repeat(1000)
    const answer = await send(`/v1/studies/${created.body.id}/trials`, lines, 'application/x-ndjson')

    expect([answer.status, answer.type]).toEqual([422, 'application/problem+json'])
    expect(answer.body.errors).toHaveLength(FAULTS_MAX)
    expect(answer.body.detail).toMatch(
      /^line 1: params\.x: must be one of .* and 980 more \(and at least 19 more\)$/,
    )
    expect(answer.text.length).toBeLessThan(ANSWER_BYTES_MAX)
  })

  it('is no valid JSON, whatever stands in a text without end', async () => {
    const answer = await send('/v1/studies', `{"a":"${'\\"'.repeat(500_000)}`)

    expect(answer.status).toBe(400)
    expect(answer.body.detail).toContain('not valid JSON')
  })

  it.each(['origin', 'params'])('is refused where it is nested without end, in `%s`', async (field) => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const request = send('/v1/studies/st_2222222222222222/trials', `{"params":{},"${field}":${deep}}`)
    const answer = await request.set('idempotency-key', 'deep')

    expect(answer.status).toBe(400)
    expect(answer.body.detail).toBe('The body is nested too deeply: at most 32 levels.')
  })
})
