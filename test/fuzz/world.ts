import { parseStudyId } from '../../src/domain/ids.ts'
import type { TestApp } from '../support/app.ts'
import type { World } from './request.ts'

const FUNCTION = { kind: 'function', name: 'branin' }
const STUDIES = [
  { name: 'running', trainer: FUNCTION, limits: { trials: 100_000, parallel: 3 } },
  { name: 'paused', trainer: FUNCTION, limits: { trials: 1000 } },
  { name: 'stopped', trainer: FUNCTION, limits: { trials: 3 } },
  { name: 'network', trainer: { kind: 'mlp', dataset: 'iris' }, limits: { trials: 5 } },
] as const
// A round deletes and stops some of them.
const OF_EACH = 5
const WEBHOOK = { url: 'http://127.0.0.1:1/', events: ['study-finished'] }
const BODIES = {
  enqueueTrial: [{ params: { x0: 1, x1: 2.5 } }],
  createWebhook: [WEBHOOK],
  changeWebhook: [{ enabled: true }, { url: WEBHOOK.url, events: ['best-tested', 'best-tested'] }],
}
const OUTCOMES = [
  { state: 'completed', metrics: { value: 0.5 } },
  { state: 'failed', reason: 'no luck' },
] as const

/** Studies in several states, with trials in several more. Nothing works off the queues, so they stay so. */
export async function populate({ url, deps }: TestApp): Promise<World> {
  const post = async (path: string, body?: object) => {
    const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {}
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as { id: string }
  }
  const webhooks = await Promise.all(Array.from({ length: OF_EACH }, () => post('/v1/webhooks', WEBHOOK)))
  const studies: string[] = []
  for (const study of Array.from({ length: OF_EACH }, () => STUDIES).flat()) {
    const { id } = await post('/v1/studies', study)
    studies.push(id)
    if (study.name === 'running') await addTrials(deps, id, post)
    if (study.name === 'paused') await post(`/v1/studies/${id}:pause`)
    if (study.name === 'stopped') await post(`/v1/studies/${id}:stop`)
  }
  return {
    studies,
    others: {
      number: ['0', '1', '2', '3'],
      webhook: webhooks.map(({ id }) => id),
      code: ['invalid-study', 'not-found'],
    },
    bodies: BODIES,
  }
}

async function addTrials(
  { store }: TestApp['deps'],
  id: string,
  post: (path: string, body: object) => Promise<unknown>,
): Promise<void> {
  const study = parseStudyId(id)!
  for (const value of [1, 2, 3]) await post(`/v1/studies/${id}/trials`, { params: { x0: value, x1: value } })
  for (const number of await store.dispatchWaiting(study)) {
    const started = await store.startTrial(study, number, 'worker-1')
    const outcome = OUTCOMES[number]
    if (typeof started === 'string' || !outcome) continue
    await store.finishTrial(study, number, started.trial.attempt, outcome)
  }
}
