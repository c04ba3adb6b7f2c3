import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { expect, it } from 'vitest'
import { buildApp } from '../../../src/http/app.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'

it('closes although clients keep their connections open', async () => {
  const app = await buildApp({} as ServiceDeps)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true })
  const [response] = await once(get(`${url}/health/live`, { agent }), 'response')
  await once(response.resume(), 'end')

  await app.close()

  await expect(fetch(`${url}/health/live`)).rejects.toThrow()
  agent.destroy()
})

it('is not ready any more from the moment that it begins to close', async () => {
  const app = await buildApp({ store: { ping: async () => {} } } as unknown as ServiceDeps)
  let url = ''
  const ready = async () => (await fetch(`${url}/health/ready`)).status
  const answers: number[] = []
  app.addHook('preClose', async () => {
    answers.push(await ready())
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  answers.push(await ready())

  await app.close()

  expect(answers).toEqual([200, 503])
})

it('answers a request that is under way before it closes', async () => {
  let answer: (ready: boolean) => void = () => {}
  let asked: () => void = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const ping = () => {
    asked()
    return new Promise<void>((resolve) => {
      answer = () => resolve()
    })
  }
  const app = await buildApp({ store: { ping } } as unknown as ServiceDeps)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = fetch(`${url}/health/ready`)
  await isAsked

  const closed = app.close()
  answer(true)

  expect((await response).status).toBe(200)
  await closed
})
