import { beforeEach, describe, expect, it } from 'vitest'
import { withApp } from '../../support/app.ts'

const app = withApp()
beforeEach(() => app().redis.flush())

const CSV = [
  'size,colour,kind',
  ...Array.from({ length: 40 }, (_, i) => `${i},${i % 3 ? 'red' : 'blue'},${i % 2 ? 'a' : 'b'}`),
].join('\n')

function upload(query: string, body: string | Buffer = CSV, headers: Record<string, string> = {}) {
  return app()
    .http.post(`/v1/datasets?${query}`)
    .set({ 'content-type': 'text/csv', ...headers })
    .send(body)
}

describe('data sets', () => {
  it('are uploaded, listed after the built-in ones, read and deleted, and leave nothing', async () => {
    const made = await upload('name=mine')

    expect(made.status).toBe(201)
    expect(made.headers.location).toBe('/v1/datasets/mine')
    expect(made.body).toMatchObject({
      name: 'mine',
      source: 'uploaded',
      task: 'classification',
      rows: 40,
      columns: [
        { name: 'size', type: 'number' },
        { name: 'colour', type: 'category', categories: ['blue', 'red'] },
      ],
      features: 3,
      targets: ['kind'],
      classes: ['a', 'b'],
    })
    const { items } = (await app().http.get('/v1/datasets')).body
    expect(items).toHaveLength(11)
    expect(items[0]).toMatchObject({ name: 'iris', source: 'built-in', rows: 150, features: 4 })
    const columns = made.body.columns.map(({ categories: _, ...column }: { categories?: string[] }) => column)
    expect(items[10]).toEqual({ ...made.body, columns })
    expect((await app().http.get('/v1/datasets/mine')).body).toEqual(made.body)
    expect((await app().http.delete('/v1/datasets/mine')).status).toBe(204)
    expect((await app().http.get('/v1/datasets/mine')).body.type).toBe('/problems/dataset-not-found')
    expect(await app().redis.redis.keys('*')).toEqual([])
  })

  it('come in a form too', async () => {
    const made = await app().http.post('/v1/datasets?name=mine').attach('file', Buffer.from(CSV), 'mine.csv')

    expect(made.body).toMatchObject({ name: 'mine', rows: 40 })
  })

  it('say what is wrong with a file, with line and column', async () => {
    const { status, body } = await upload('name=mine', CSV.replace('\n7,red', '\nseven,red'))

    expect(status).toBe(422)
    expect(body).toMatchObject({
      type: '/problems/invalid-dataset',
      errors: [{ path: 'line 9: size', message: '"seven" is no number, as the column needs' }],
    })
    expect((await upload('name=mine', '')).body.type).toBe('/problems/invalid-dataset')
  })

  it('have names of their own: 409, for built-in ones too', async () => {
    await upload('name=mine')

    for (const [name, detail] of [
      ['mine', 'The data set mine is there already: delete it first, or give yours another name.'],
      ['iris', 'The data set iris is built in: give yours another name.'],
    ]) {
      expect((await upload(`name=${name}`)).body).toMatchObject({
        status: 409,
        type: '/problems/dataset-exists',
        detail,
      })
    }
    expect((await upload('name=a:b')).status).toBe(400)
    expect((await app().http.delete('/v1/datasets/iris')).body.type).toBe('/problems/dataset-in-use')
  })

  it('are made once by a request that comes twice', async () => {
    const headers = { 'idempotency-key': 'a' }
    const [first, second] = [await upload('name=mine', CSV, headers), await upload('name=mine', CSV, headers)]

    expect(second.body).toEqual(first.body)
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect((await upload('name=mine', `${CSV}\n1,red,a`, headers)).body.type).toBe(
      '/problems/idempotency-key-reused',
    )
  })

  it('are of a bounded size, and CSV: 413 and 415', async () => {
    const large = Buffer.alloc(33 * 1024 * 1024, 'x')

    expect((await upload('name=mine', large)).body).toMatchObject({
      status: 413,
      type: '/problems/body-too-large',
    })
    expect((await upload('name=mine', '{}', { 'content-type': 'application/json' })).body).toMatchObject({
      status: 415,
      detail: expect.stringContaining('text/csv'),
    })
  })

  it('that a study needs are not deleted: 409, until it has ended', async () => {
    await upload('name=mine')
    const { body: study } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'mlp', dataset: 'mine' } })
    expect(study.searchSpace.parameters.map(({ name }: { name: string }) => name)).toContain('learningRate')

    const refused = await app().http.delete('/v1/datasets/mine')
    expect(refused.body).toMatchObject({ status: 409, type: '/problems/dataset-in-use' })
    expect(refused.body.detail).toContain(study.id)
    await app().http.delete(`/v1/studies/${study.id}`)
    expect((await app().http.delete('/v1/datasets/mine')).status).toBe(204)
    const { body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'mlp', dataset: 'mine' } })
    expect(body).toMatchObject({ type: '/problems/invalid-study', errors: [{ path: 'trainer.dataset' }] })
  })

  it('begin no study while they are being deleted', async () => {
    await upload('name=mine')
    await app().deps.datasets.close('mine')

    const { body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'mlp', dataset: 'mine' } })

    expect(body.type).toBe('/problems/invalid-study')
    expect((await app().http.get('/v1/studies')).body.items).toEqual([])
  })
})
