import type { WebhookId } from '../../domain/ids.ts'

/** Does the work if there is a place for it. @returns otherwise how long to wait before trying again. */
export type SharePlaces = (
  webhook: WebhookId,
  work: () => Promise<{ readonly isAnswered: boolean }>,
) => Promise<number | undefined>

/** What a process knows of one webhook. */
interface Receiver {
  /** Messages on their way. */
  atHand: number
  /** Whether the last one was answered. */
  isAnswering: boolean
  /** How long that took. */
  durationMs: number
  /** When the last of those that wait comes to look again. */
  nextLookAt: number
}

const PLACES = 4
// Of one that is silent: a place to be asked again, not four to wait in.
const PLACES_SILENT = 1
// However many wait for one receiver, ten a second look for a place: each look is a few commands to Redis.
const LOOK_EVERY_MS_MAX = 100

/**
 * A few messages of each webhook at a time: who hangs keeps nobody else waiting. Those that find its places taken come
 * again one after another, about as fast as the receiver answers.
 *
 * @param now monotonic, in milliseconds.
 */
export function createPlaces(now: () => number): SharePlaces {
  const receivers = new Map<WebhookId, Receiver>()
  return async (webhook, work) => {
    const receiver = receivers.get(webhook) ?? unknown()
    receivers.set(webhook, receiver)
    const places = receiver.isAnswering ? PLACES : PLACES_SILENT
    if (receiver.atHand >= places) return nextLook(receiver, places, now())
    const beganAt = now()
    receiver.atHand++
    try {
      receiver.isAnswering = (await work()).isAnswered
    } finally {
      receiver.durationMs = now() - beganAt
      receiver.atHand--
    }
    return undefined
  }
}

function unknown(): Receiver {
  return { atHand: 0, isAnswering: true, durationMs: PLACES * LOOK_EVERY_MS_MAX, nextLookAt: 0 }
}

function nextLook(receiver: Receiver, places: number, now: number): number {
  const everyMs = Math.min(receiver.durationMs / places, LOOK_EVERY_MS_MAX)
  receiver.nextLookAt = Math.max(receiver.nextLookAt, now) + everyMs
  return receiver.nextLookAt - now
}
