import type { StudyId } from '../domain/ids.ts'
import type { EventFeed } from '../services/ports/event-feed.ts'
import type { Logger } from '../services/ports/logger.ts'
import { connectFeed } from './connect.ts'
import { studyKeys } from './keys.ts'
import { orUnavailable } from './store-context.ts'

export interface FeedOptions {
  readonly redisUrl: string
  /** First part of every key. */
  readonly prefix: string
  readonly logger?: Logger
}

export interface ClosableFeed extends EventFeed {
  /** Lets go of the connection; nothing rings any more. */
  close(): void
}

/**
 * One connection for all who watch, and none before the first does. Each script publishes on a channel named like the
 * study's journal. Messages get lost with a connection, so every new one rings for everybody.
 */
export function createEventFeed({ redisUrl, prefix, logger }: FeedOptions): ClosableFeed {
  const redis = connectFeed(redisUrl, logger)
  const bells = new Map<string, Set<() => void>>()
  const ringAll = (channel: string) => {
    for (const ring of bells.get(channel) ?? []) ring()
  }
  redis.on('message', ringAll)
  redis.on('ready', () => {
    const channels = [...bells.keys()]
    if (channels.length === 0) return
    // A connection that is lost over this is followed by another, which tries again.
    redis.subscribe(...channels).then(
      () => channels.forEach(ringAll),
      () => {},
    )
  })

  async function watch(id: StudyId, ring: () => void): Promise<() => void> {
    const channel = studyKeys(prefix, id).journal
    const others = bells.get(channel)
    // Each watcher has a function of its own, even when two pass the same one.
    const own = () => ring()
    bells.set(channel, (others ?? new Set()).add(own))
    const unwatch = () => leave(channel, own)
    // Even where others subscribed already: their command may still be on its way.
    await orUnavailable(redis.subscribe(channel)).catch((error: unknown) => {
      unwatch()
      throw error
    })
    return unwatch
  }

  function leave(channel: string, own: () => void): void {
    const here = bells.get(channel)
    if (!here?.delete(own) || here.size > 0) return
    bells.delete(channel)
    redis.unsubscribe(channel).catch(() => {}) // a channel that nobody listens to costs nothing
  }

  return { watch, close: () => redis.disconnect() }
}
