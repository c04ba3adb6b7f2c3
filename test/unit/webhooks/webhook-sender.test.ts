import { describe, expect, it } from 'vitest'
import { createWebhookSender } from '../../../src/webhooks/webhook-sender.ts'
import { startReceiver } from '../../support/receiver.ts'

const anywhere = createWebhookSender({ allowPrivate: true })
const outside = createWebhookSender({ allowPrivate: false })

describe('a sender of webhooks', () => {
  it('posts the body with its headers and gives the status of the answer', async () => {
    const receiver = await startReceiver()

    const sent = await anywhere.send(`${receiver.url}/hook?a=1`, { 'webhook-id': 'msg_1' }, '{"a":"ä"}')

    expect(sent).toEqual({ status: 204 })
    expect(receiver.messages).toMatchObject([
      {
        path: '/hook?a=1',
        body: '{"a":"ä"}',
        headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json' },
      },
    ])
  })

  it('reaches nothing on its own network, by whatever name', async () => {
    const receiver = await startReceiver()
    const { port } = new URL(receiver.url)

    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433']) {
      const url = `http://${host}:${port}/`
      expect((await outside.send(url, {}, '{}')).error).toContain('private network')
      expect(await outside.refusal(url)).toContain('HONE_WEBHOOK_ALLOW_PRIVATE')
    }
    expect(receiver.messages).toEqual([])
  })

  it('follows no redirect', async () => {
    const receiver = await startReceiver()
    receiver.answer(302, { location: `${receiver.url}/elsewhere` })

    expect(await anywhere.send(receiver.url, {}, '{}')).toEqual({ status: 302 })
    expect(receiver.messages).toHaveLength(1)
  })

  it('says why nobody answers', async () => {
    expect(await anywhere.send('http://127.0.0.1:1/', {}, '{}')).toEqual({ error: 'ECONNREFUSED' })
  })

  it.each([
    'hello',
    'ftp://example.org',
    'javascript:alert(1)',
    'https://user:pass@example.org',
    '/etc/passwd',
  ])('refuses the address %s', async (url) => {
    expect(await anywhere.refusal(url)).toMatch(/^must /)
  })

  it('waits for no resolver for long', async () => {
    const stuck = createWebhookSender({ allowPrivate: true, resolve: () => new Promise(() => {}) })

    expect((await stuck.send('http://hone.test/', {}, '{}')).error).toContain('has no address')
  }, 10_000)

  it('refuses a name that has no address', async () => {
    expect(await anywhere.refusal('https://nobody.invalid')).toContain('has no address')
  })
})
