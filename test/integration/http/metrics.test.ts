import { describe, expect, it } from 'vitest'
import { createAuthenticator, createToken } from '../../../src/services/tokens.ts'
import { createMetrics } from '../../../src/telemetry/metrics.ts'
import { withApp } from '../../support/app.ts'
import { createStudy, runningTrial } from '../redis/study-fixture.ts'

const app = withApp((tokens) => ({ access: { authenticate: createAuthenticator(tokens, undefined) } }))

async function readMetrics(): Promise<Response> {
  const { text } = await createToken(app().tokens, { name: 'prometheus', scopes: ['read'] })
  return fetch(`${app().url}/metrics`, { headers: { authorization: `Bearer ${text}` } })
}

describe('GET /metrics', () => {
  it('counts requests by route, and tells of the queues, the studies and the event loop', async () => {
    await fetch(`${app().url}/v1/studies/st_2222222222222222`)
    const id = await createStudy(app().deps.store)
    await runningTrial(app().deps.store, id)
    await app().deps.jobs.enqueueProposal(id, 1)

    const response = await readMetrics()
    const text = await response.text()

    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toMatch(
      /hone_http_request_duration_seconds_count\{.*route="\/v1\/studies\/:study",status="401"\} 1/,
    )
    expect(text).toContain('hone_queue_jobs{queue="proposals",state="waiting"} 1')
    expect(text).toContain('hone_open_studies 1')
    expect(text).toContain('hone_open_study_trials{state="running"} 1')
    expect(text).toContain('hone_storage_up 1')
    expect(text).toContain('nodejs_eventloop_lag_seconds')
  })

  it('needs a token where the API does', async () => {
    expect((await fetch(`${app().url}/metrics`)).status).toBe(401)
  })
})

describe('a metered store', () => {
  it('counts what is proposed, reported and finished', async () => {
    const metrics = createMetrics()
    const store = metrics.metered(app().deps.store)
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    const reports = [1, 2, 3].map((step) => ({ step, metrics: { value: 1 } }))
    await store.reportValues(id, number, attempt, reports)
    await store.finishTrial(id, number, attempt, { state: 'failed', reason: 'no luck' })

    const text = await metrics.render(undefined)

    expect(text).toMatch(/hone_proposals_total\{sampler="[a-z-]+"\} 1/)
    expect(text).toContain('hone_attempts_total 1')
    expect(text).toContain('hone_training_steps_total 3')
    expect(text).toContain('hone_trials_finished_total{state="failed"} 1')
    expect(text).toContain('hone_storage_up 0')
    expect(text).not.toMatch(/^hone_open_studies /m)
  })
})
