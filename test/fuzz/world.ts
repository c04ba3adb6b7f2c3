import { parseStudyId } from '../../src/domain/ids.ts'
import type { TestApp } from '../support/app.ts'
import type { World } from './request.ts'

const FUNCTION = { kind: 'function', name: 'branin' }
const STUDIES = [
  { name: 'running', trainer: FUNCTION, limits: { trials: 100_000, parallel: 3 } },
  { name: 'paused', trainer: FUNCTION, limits: { trials: 1000 } },
  { name: 'stopped', trainer: FUNCTION, limits: { trials: 3 } },
  {
    name: 'external',
    trainer: { kind: 'external' },
    searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
    metrics: [{ name: 'loss', goal: 'minimize' }],
  },
  { name: 'uploaded', trainer: { kind: 'mlp', dataset: 'a' }, limits: { trials: 5 } },
  { name: 'network', trainer: { kind: 'mlp', dataset: 'iris' }, limits: { trials: 5 } },
] as const
const FOR_EXTERNALS = ['askTrials', 'reportTrial', 'renewLease', 'tellTrial', 'stopTrial']
// A round deletes and stops some of them.
const OF_EACH = 5
const WEBHOOK = { url: 'http://127.0.0.1:1/', events: ['study-finished'] }
const CSV = ['x,y', ...Array.from({ length: 20 }, (_, i) => `${i},${i % 2}`)].join('\n')
const DATASETS = ['a', 'b', 'c']
const BODIES = {
  enqueueTrial: [{ params: { x0: 1, x1: 2.5 } }],
  askTrials: [{}, { count: 2, worker: 'gpu-1' }, { fix: { x: 0.5 } }],
  reportTrial: [1, 2].map((step) => ({ step, metrics: { loss: 1 / step } })),
  tellTrial: [
    { state: 'completed', metrics: { loss: 0.25 } },
    { state: 'failed', reason: 'no luck' },
  ],
  predictByBest: [{ rows: [{ x: 1 }] }],
  createDataset: [CSV, CSV.replace('1,0', '1'), ''],
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
  for (const name of DATASETS) await upload(url, name)
  const webhooks = await Promise.all(Array.from({ length: OF_EACH }, () => post('/v1/webhooks', WEBHOOK)))
  const studies: string[] = []
  const externals: string[] = []
  for (const study of Array.from({ length: OF_EACH }, () => STUDIES).flat()) {
    const { id } = await post('/v1/studies', study)
    studies.push(id)
    if (study.name === 'running') await addTrials(deps, id, post)
    if (study.name === 'external') externals.push(id)
    if (study.name === 'external') await post(`/v1/studies/${id}/trials:ask`, { count: 4 })
    if (study.name === 'paused') await post(`/v1/studies/${id}:pause`)
    if (study.name === 'stopped') await post(`/v1/studies/${id}:stop`)
  }
  return {
    studies,
    fitting: Object.fromEntries(FOR_EXTERNALS.map((operation) => [operation, externals])),
    others: {
      number: ['0', '1', '2', '3'],
      webhook: webhooks.map(({ id }) => id),
      dataset: [...DATASETS, 'iris'],
      code: ['invalid-study', 'not-found'],
    },
    bodies: BODIES,
  }
}

/** What is there already stays as it is. */
async function upload(url: string, name: string): Promise<void> {
  const headers = { 'content-type': 'text/csv' }
  await (await fetch(`${url}/v1/datasets?name=${name}`, { method: 'POST', headers, body: CSV })).text()
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
