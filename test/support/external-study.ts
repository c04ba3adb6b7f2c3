import type { TestApp } from './app.ts'

const SPACE = { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] }

/** A study of one parameter that the test trains, over HTTP like anybody. */
export interface ExternalStudy {
  readonly id: string
  /** POSTs to a path below the study's. */
  post(path: string, body?: object): ReturnType<TestApp['http']['post']>
  get(path?: string): ReturnType<TestApp['http']['get']>
  ask(body?: object): Promise<AskedTrials>
}

export interface AskedTrials {
  readonly trials: readonly AskedTrial[]
  readonly state: string
}

export interface AskedTrial {
  readonly number: number
  readonly params: { readonly x: number }
  readonly attempt: number
  readonly worker: string
  readonly lease: { readonly token: string; readonly expiresAt: string }
}

export async function createExternalStudy(app: TestApp, fields: object = {}): Promise<ExternalStudy> {
  const study = {
    trainer: { kind: 'external' },
    searchSpace: SPACE,
    metrics: [{ name: 'loss', goal: 'minimize' }],
    seed: 7,
    ...fields,
  }
  const { body } = await app.http.post('/v1/studies').send(study).expect(201)
  const root = `/v1/studies/${body.id}`
  const post = (path: string, sent?: object) => app.http.post(`${root}${path}`).send(sent)
  return {
    id: body.id,
    post,
    get: (path = '') => app.http.get(`${root}${path}`),
    ask: async (sent) => (await post('/trials:ask', sent).expect(200)).body,
  }
}
