import { describe, expect, it } from 'vitest'
import type { WebhookId } from '../../../../src/domain/ids.ts'
import { createPlaces } from '../../../../src/services/webhooks/share-places.ts'

const [A, B] = ['wh_a', 'wh_b'] as WebhookId[] as [WebhookId, WebhookId]

/** Places by a clock that the test moves, and messages that it ends. */
function start() {
  let time = 0
  const places = createPlaces(() => time)
  const send = (webhook: WebhookId) => {
    let end: (isAnswered: boolean) => void = () => {}
    const answered = new Promise<{ isAnswered: boolean }>((resolve) => {
      end = (isAnswered) => resolve({ isAnswered })
    })
    return { sent: places(webhook, () => answered), end }
  }
  const pass = (ms: number) => {
    time += ms
  }
  return { send, pass }
}

describe('the places of webhooks', () => {
  it('are four for each, and come again when one of them is through', async () => {
    const { send } = start()
    const first = [send(A), send(A), send(A), send(A)]

    expect(await send(A).sent).toBeGreaterThan(0)
    const other = send(B)
    other.end(true)
    expect(await other.sent).toBeUndefined()
    first[0]!.end(true)
    expect(await first[0]!.sent).toBeUndefined()
    const next = send(A)
    next.end(true)
    expect(await next.sent).toBeUndefined()
  })

  it('are looked for ten times a second at most, in turn, however many wait', async () => {
    const { send, pass } = start()
    for (let i = 0; i < 4; i++) send(A)

    const waits = [await send(A).sent, await send(A).sent, await send(A).sent]
    pass(50)

    expect(waits).toEqual([100, 200, 300])
    expect(await send(A).sent).toBe(350)
  })

  it('are looked for as often as they come free where a receiver is quick', async () => {
    const { send, pass } = start()
    const one = send(A)
    pass(8)
    one.end(true)
    await one.sent
    for (let i = 0; i < 4; i++) send(A)

    expect(await send(A).sent).toBe(2)
  })

  it('is one of a receiver that is silent, until it answers', async () => {
    const { send, pass } = start()
    const silent = send(A)
    pass(15_000)
    silent.end(false)
    await silent.sent

    const again = send(A)
    expect(await send(A).sent).toBe(100)
    again.end(true)
    await again.sent
    const both = [send(A), send(A)]
    for (const { end } of both) end(true)
    expect(await Promise.all(both.map(({ sent }) => sent))).toEqual([undefined, undefined])
  })
})
