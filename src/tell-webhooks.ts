import type { Composition } from './compose.ts'
import { consume } from './queue/consume.ts'
import { deliver } from './services/webhooks/deliver.ts'
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
  const consumer = consume({
    queue: 'deliveries',
    redisUrl,
    prefix: config.HONE_QUEUE_PREFIX,
    concurrency: DELIVERIES_AT_ONCE,
    lockMs: config.HONE_LOCK_MS,
    logger,
    handle: metrics.timed('deliveries', ({ attempt, ...delivery }, _signal, trace) =>
      deliver(within(trace), delivery, attempt),
    ),
  })
  const ending = new AbortController()
  const telling = tellForever(deps, config.HONE_RECONCILE_MS, ending.signal)
  return async () => {
    ending.abort('shutdown')
    await Promise.all([telling, consumer.close(config.HONE_SHUTDOWN_MS / 2)])
  }
}
