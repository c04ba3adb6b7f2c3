import { hostname } from 'node:os'
import { consume } from '../src/queue/consume.ts'
import { runProcess } from '../src/run-process.ts'
import { serveProbes } from '../src/serve-probes.ts'
import { runTrial } from '../src/services/run-trial.ts'
import { testBest } from '../src/services/test-best.ts'
import { unlessDeleted } from '../src/services/unless-deleted.ts'

/** Queue "trials" -> services/run-trial, and services/test-best once a study has ended. */
await runProcess('trial-worker', async (composition) => {
  const { config, deps, logger, metrics, redisUrl } = composition
  for (const trainer of Object.values(deps.trainers)) trainer.prepare?.()
  const closeProbes = await serveProbes(composition)
  const worker = `${hostname()}-${process.pid}`
  const consumer = consume({
    queue: 'trials',
    redisUrl,
    prefix: config.HONE_QUEUE_PREFIX,
    concurrency: config.HONE_TRIAL_CONCURRENCY,
    lockMs: config.HONE_LOCK_MS,
    logger,
    handle: metrics.timed('trials', (job, signal) =>
      unlessDeleted(
        job.kind === 'trial'
          ? runTrial(deps, job.trial, worker, signal, config.HONE_SHUTDOWN_MS / 4)
          : testBest(deps, job.study, signal),
      ),
    ),
  })
  return async () => {
    await Promise.all([closeProbes(), consumer.close(config.HONE_SHUTDOWN_MS / 2)])
  }
})
