import { expect, it, onTestFinished } from 'vitest'
import { buildApp } from '../../../src/http/app.ts'
import { withApp } from '../../support/app.ts'
import { openStream } from '../../support/event-stream.ts'

const app = withApp()
const STUDY = { trainer: { kind: 'function', name: 'branin' }, limits: { trials: 9, parallel: 9 } }

async function aReplica() {
  const replica = await buildApp(app().deps)
  onTestFinished(() => replica.close())
  return { url: await replica.listen({ host: '127.0.0.1', port: 0 }), close: () => replica.close() }
}

it('a stream that a replica ends when it closes goes on at another one, without a gap', async () => {
  const [leaving, staying] = await Promise.all([aReplica(), aReplica()])
  const { body } = await app().http.post('/v1/studies').send(STUDY)
  const happen = () => app().deps.store.enqueueTrials(body.id, [{ params: { x0: 0, x1: 0 } }])
  const events = (url: string) => `${url}/v1/studies/${body.id}/events`
  const first = await openStream(events(leaving.url))
  await happen()
  const before = await first.until(({ id }) => id === '2-0')

  await leaving.close()
  const end = await first.rest()
  await happen()
  const lastId = before.findLast(({ id }) => id !== undefined)!.id!
  const second = await openStream(events(staying.url), { 'last-event-id': lastId })
  await happen()
  const after = await second.until(({ id }) => id === '4-0')
  second.leave()

  expect(end.at(-1)).toMatchObject({ event: 'end', data: { reason: 'shutdown' } })
  expect([...before, ...after].map(({ id }) => id).filter(Boolean)).toEqual(['1-0', '2-0', '3-0', '4-0'])
})
