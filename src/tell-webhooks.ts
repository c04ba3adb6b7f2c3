import type { Composition } from './compose.ts'
import { consume } from './queue/consume.ts'
import { deliver } from './services/webhooks/deliver.ts'
import { createPlaces } from './services/webhooks/share-places.ts'
import { tellForever } from './services/webhooks/tell-studies.ts'

// Each waits for somebody else's server.
const DELIVERIES_AT_ONCE = 16

/**
 * Tells webhooks what happens. In the API process, whose event loop is never busy for long: a worker's is, while it
 * computes a proposal.
 *
 * @returns how to end it.
 */
export function tellWebhooks({
  config,
  deps,
  within,
  logger,
  metrics,
  redisUrl,
}: Composition): () => Promise<void> {
  const places = createPlaces(() => performance.now())
  const send = metrics.timed('deliveries', deliver)
  const consumer = consume({
    queue: 'deliveries',
    redisUrl,
    prefix: config.HONE_QUEUE_PREFIX,
    concurrency: DELIVERIES_AT_ONCE,
    lockMs: config.HONE_LOCK_MS,
    logger,
    handle: ({ attempt, ...delivery }, _signal, trace) =>
      places(delivery.webhook, () => send(within(trace), delivery, attempt)),
  })
  const ending = new AbortController()
  const telling = tellForever(deps, config.HONE_RECONCILE_MS, ending.signal)
  return async () => {
    ending.abort('shutdown')
    await Promise.all([telling, consumer.close(config.HONE_SHUTDOWN_MS / 2)])
  }
}
