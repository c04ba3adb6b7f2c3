import { hostname } from 'node:os'
import { consume } from '../src/queue/consume.ts'
import { runProcess } from '../src/run-process.ts'
import { serveProbes } from '../src/serve-probes.ts'
import { runTrial } from '../src/services/trials/run-trial.ts'
import { testBest } from '../src/services/trials/test-best.ts'
import { unlessDeleted } from '../src/services/unless-deleted.ts'

/** Queue "trials" -> services/run-trial, and services/test-best once a study has ended. */
await runProcess('trial-worker', async (composition) => {
  const { config, deps, within, logger, metrics, redisUrl } = composition
  let widen = (_trials: number): void => {}
  for (const trainer of Object.values(deps.trainers))
    trainer.prepare?.(config.HONE_TRIAL_CONCURRENCY, (trials) => widen(trials))
  const closeProbes = await serveProbes(composition)
  const worker = `${hostname()}-${process.pid}`
  const consumer = consume({
    queue: 'trials',
    redisUrl,
    prefix: config.HONE_QUEUE_PREFIX,
    concurrency: config.HONE_TRIAL_CONCURRENCY,
    lockMs: config.HONE_LOCK_MS,
    logger,
    handle: metrics.timed('trials', (job, signal, trace) =>
      unlessDeleted(
        job.kind === 'trial'
          ? runTrial(within(trace), job.trial, worker, signal, config.HONE_SHUTDOWN_MS / 4)
          : testBest(within(trace), job.study, signal),
      ),
    ),
  })
  widen = consumer.widen
  return async () => {
    await Promise.all([closeProbes(), consumer.close(config.HONE_SHUTDOWN_MS / 2)])
  }
})
