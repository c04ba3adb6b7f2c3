import { consume } from '../src/queue/consume.ts'
import { runProcess } from '../src/run-process.ts'
import { serveProbes } from '../src/serve-probes.ts'
import { proposeTrials } from '../src/services/scheduling/propose-trials.ts'
import { reconcileForever } from '../src/services/scheduling/reconcile.ts'
import { unlessDeleted } from '../src/services/unless-deleted.ts'

/** Queue "proposals" -> services/propose-trials; also sweeps for lost work. */
await runProcess('proposal-worker', async (composition) => {
  const { config, deps, within, logger, metrics, redisUrl } = composition
  const closeProbes = await serveProbes(composition)
  const consumer = consume({
    queue: 'proposals',
    redisUrl,
    prefix: config.HONE_QUEUE_PREFIX,
    // A proposal computes on this thread, so a second one would only wait for it.
    concurrency: 1,
    lockMs: config.HONE_LOCK_MS,
    logger,
    handle: metrics.timed('proposals', ({ study }, signal, trace) =>
      unlessDeleted(proposeTrials(within(trace), study, signal)),
    ),
  })
  const sweepOptions = { everyMs: config.HONE_RECONCILE_MS, retentionDays: config.HONE_RETENTION_DAYS }
  const sweeping = new AbortController()
  const sweep = reconcileForever(deps, sweepOptions, sweeping.signal)
  return async () => {
    sweeping.abort('shutdown')
    await Promise.all([closeProbes(), sweep, consumer.close(config.HONE_SHUTDOWN_MS / 2)])
  }
})
