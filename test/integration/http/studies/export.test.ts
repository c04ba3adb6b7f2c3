import { once } from 'node:events'
import { connect } from 'node:net'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import type { StudyId } from '../../../../src/domain/ids.ts'
import { buildApp } from '../../../../src/http/app.ts'
import { withApp } from '../../../support/app.ts'
import { aProposal } from '../../redis/study-fixture.ts'

const app = withApp()
const parameters = [
  { name: 'x0', type: 'float', min: -10, max: 10 },
  { name: 'x1', type: 'float', min: -10, max: 10 },
]

async function createStudy(trials = 3): Promise<StudyId> {
  const { body } = await app()
    .http.post('/v1/studies')
    .send({
      trainer: { kind: 'function', name: 'sine-cosine' },
      searchSpace: { parameters },
      limits: { trials, parallel: trials > 1000 ? 1000 : trials },
    })
  return body.id
}

/** One trial completed, one failed for a reason that is nasty to write, one queued. */
async function aStudyWithTrials(): Promise<StudyId> {
  const { store } = app().deps
  const id = await createStudy()
  for (let number = 0; number < 3; number++) {
    await store.commitProposals(id, number, [
      { ...aProposal(0), params: { x0: -0.1 * (number + 2), x1: 1e-7 } },
    ])
  }
  await store.startTrial(id, 0, 'worker, the first')
  await store.startTrial(id, 1, 'worker')
  await store.finishTrial(id, 0, 1, {
    state: 'completed',
    metrics: { value: -0.5, '=cmd()': 2 },
    standardErrors: { value: 0.125 },
  })
  await store.finishTrial(id, 1, 1, { state: 'failed', reason: '=HYPERLINK("evil")\nand more' })
  return id
}

async function get(id: string, query = '') {
  const response = await fetch(`${app().url}/v1/studies/${id}/export${query}`)
  return { headers: Object.fromEntries(response.headers), body: await response.text() }
}

describe('GET /v1/studies/{study}/export: 200', () => {
  it('is a table with a stable header, every value as it was', async () => {
    const id = await aStudyWithTrials()

    const response = await get(id)

    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(response.headers['content-disposition']).toBe(`attachment; filename="${id}.csv"`)
    const [header, ...rows] = parse(response.body)
    expect(header!.join(' ')).toBe(
      'number state params.x0 params.x1 metrics.value metrics.=cmd() standardErrors.value reason attempt worker seed queuedAt startedAt' +
        ' finishedAt durationMs origin.sampler origin.version origin.phase origin.revision origin.algebra',
    )
    expect(rows.map((row) => row.slice(0, 10))).toEqual([
      ['0', 'completed', '-0.2', '1e-7', '-0.5', '2', '0.125', '', '1', 'worker, the first'],
      [
        '1',
        'failed',
        '-0.30000000000000004',
        '1e-7',
        '',
        '',
        '',
        '\'=HYPERLINK("evil")\nand more',
        '1',
        'worker',
      ],
      ['2', 'queued', '-0.4', '1e-7', '', '', '', '', '0', ''],
    ])
  })

  it('is the trials of the list, one a line', async () => {
    const id = await aStudyWithTrials()
    const list = await app().http.get(`/v1/studies/${id}/trials`)

    const response = await get(id, '?format=ndjson')

    expect(response.headers['content-type']).toBe('application/x-ndjson')
    expect(response.headers['content-disposition']).toBe(`attachment; filename="${id}.ndjson"`)
    const lines = response.body.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(list.body.items)
  })

  it('has every trial of a study that takes several reads', async () => {
    const id = await createStudy(1000)
    for (let number = 0; number < 1000; number++)
      await app().deps.store.enqueueTrials(id, [{ params: { x0: number, x1: 0 } }])

    const rows = parse((await get(id)).body, { columns: true }) as { number: string; 'params.x0': string }[]

    expect(rows.map((row) => Number(row.number))).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect(rows.map((row) => Number(row['params.x0']))).toEqual(rows.map((_, i) => i))
  })

  it('is a header alone, or nothing, for a study without trials', async () => {
    const id = await createStudy()

    expect((await get(id)).body).toMatch(/^number,state,params\.x0,params\.x1,reason,[^\n]+\r\n$/)
    expect((await get(id, '?format=ndjson')).body).toBe('')
  })
})

describe('an export whose client takes nothing', () => {
  it('is cut, and holds little for it meanwhile', async () => {
    const id = await createStudy(2000)
    const outcome = { state: 'failed', reason: 'x'.repeat(16_000) } as const
    const bulky = Array.from({ length: 100 }, () => ({ params: { x0: 0, x1: 0 }, outcome }))
    for (let i = 0; i < 20; i++) await app().deps.store.enqueueTrials(id, bulky)
    const own = await buildApp(app().deps, { streams: { stallMs: 300 } })
    const url = await own.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /v1/studies/${id}/export?format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n`)

    const [cut] = await once(own.server, 'connection')
    await once(cut, 'close')

    // The file is 32 MB, and comes 8 MB at a time; some of it fits the kernel's buffers.
    expect(cut.bytesWritten).toBeLessThan(26_000_000)
    socket.destroy()
    await own.close()
  })
})

describe('GET /v1/studies/{study}/export: refusals', () => {
  it('knows two formats', async () => {
    const response = await app().http.get(`/v1/studies/${await createStudy()}/export?format=xlsx`)

    expect(response.status).toBe(400)
    expect(response.body.detail).toContain('format')
  })

  it('knows no such study', async () => {
    const response = await app().http.get('/v1/studies/st_2222222222222222/export')

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})
