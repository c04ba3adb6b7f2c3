import { hostname } from 'node:os'
import { consume } from '../src/queue/consume.ts'
import { runProcess } from '../src/run-process.ts'
import { runTrial } from '../src/services/run-trial.ts'
import { testBest } from '../src/services/test-best.ts'
import { unlessDeleted } from '../src/services/unless-deleted.ts'

/** Queue "trials" -> services/run-trial, and services/test-best once a study has ended. */
await runProcess('trial-worker', async ({ config, deps, logger, redisUrl }) => {
  for (const trainer of Object.values(deps.trainers)) trainer.prepare?.()
  const worker = `${hostname()}-${process.pid}`
  const consumer = consume({
    queue: 'trials',
    redisUrl,
    prefix: config.HONE_QUEUE_PREFIX,
    concurrency: config.HONE_TRIAL_CONCURRENCY,
    lockMs: config.HONE_LOCK_MS,
    logger,
    handle: (job, signal) =>
      unlessDeleted(
        job.kind === 'trial' ? runTrial(deps, job.trial, worker, signal) : testBest(deps, job.study, signal),
      ),
  })
  return () => consumer.close(config.HONE_SHUTDOWN_MS / 2)
})
