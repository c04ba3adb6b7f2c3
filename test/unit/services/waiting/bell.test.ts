import { expect, it } from 'vitest'
import { createBell } from '../../../../src/services/waiting/bell.ts'

const never = new AbortController().signal
const MINUTE_MS = 60_000

it('remembers one ring from before anybody waited', async () => {
  const bell = createBell()
  bell.ring()
  bell.ring()

  expect(await bell.rung(MINUTE_MS, never)).toBe(true)
  expect(await bell.rung(1, never)).toBe(false)
})

it('wakes one who waits', async () => {
  const bell = createBell()
  const rung = bell.rung(MINUTE_MS, never)

  bell.ring()

  expect(await rung).toBe(true)
})

it('lets go of one who waits when the signal aborts, before or meanwhile', async () => {
  const bell = createBell()
  const controller = new AbortController()
  const rung = bell.rung(MINUTE_MS, controller.signal)

  controller.abort()

  expect(await rung).toBe(false)
  expect(await bell.rung(MINUTE_MS, controller.signal)).toBe(false)
})
