import { type Config, loadConfig } from './config.ts'
import { objectivesOf } from './domain/metric.ts'
import { type Arguments, BadArguments, parseArguments, USAGE } from './quickstart/arguments.ts'
import { createClient } from './quickstart/client.ts'
import { followStudy } from './quickstart/follow-study.ts'
import { openService, type Service } from './quickstart/open-service.ts'
import { finishedTrials } from './quickstart/progress.ts'
import {
  bestTrialsTable,
  earlierStudies,
  nextSteps,
  prunedSentence,
  summary,
  testSentence,
  warmStartSentence,
} from './quickstart/report.ts'

/** `npm run quickstart`: one study from nothing to its result. Results go to stdout, all else to stderr. */

// As a shell reports a process that Ctrl-C ended.
const EXIT_INTERRUPTED = 130

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second Ctrl-C is from somebody who will not wait; the service's processes end with this one.
    if (interrupted.signal.aborted) process.exit(EXIT_INTERRUPTED)
    interrupted.abort()
  })
}

try {
  const args = parseArguments(process.argv.slice(2))
  if (args) await quickstart(args)
  else console.log(USAGE)
} catch (error) {
  if (interrupted.signal.aborted) process.exitCode = EXIT_INTERRUPTED
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = error instanceof BadArguments ? 2 : 1
  }
}

async function quickstart(args: Arguments): Promise<void> {
  const config = loadConfig()
  const service = await openService(config, args.keep)
  try {
    interrupted.signal.throwIfAborted()
    await runStudy(args, service, config)
  } catch (error) {
    if (interrupted.signal.aborted) console.error('Stopping. An unfinished study goes on with `npm start`.')
    else if (service.logFile) console.error(`The service's log is ${service.logFile}.`)
    throw error
  } finally {
    await service.close()
  }
}

async function runStudy(args: Arguments, service: Service, config: Config): Promise<void> {
  const { dataset, trials, seed, parallel, name, warmStart, prune } = args
  const client = createClient(service.url, interrupted.signal, config.HONE_TOKEN)
  const earlier = earlierStudies(await client.listStudies())
  if (earlier) console.error(earlier)

  const startedAt = performance.now()
  const trainer = { kind: 'mlp', dataset }
  const request = { name, seed, trainer, limits: { trials, parallel } }
  const created = await client.createStudy({
    ...request,
    ...(warmStart && { warmStart: 'auto' }),
    ...(prune && { pruner: { kind: 'auto' } }),
  })
  console.error(`Study ${created.id}: ${trials} trials on ${dataset}, seed ${seed}.`)
  if (created.warmStart) console.error(warmStartSentence(created.warmStart))
  const study = await followStudy(client, created, interrupted.signal)
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(2))

  const completed = await client.listCompleted(study.id)
  if (completed.length === 0)
    throw new Error(`No trial completed: ${study.endReason?.message ?? study.state}`)
  const metric = objectivesOf(study.metrics)[0]!
  console.log(`\nThe best of ${trials} trials in ${seconds} s (${metric.goal} ${metric.name}):\n`)
  console.log(bestTrialsTable(study, completed))
  const pruned = prunedSentence(study)
  if (pruned) console.log(`\n${pruned}`)
  console.log(`\n${testSentence(study)}\n`)
  console.log(service.staysAs === undefined ? 'To go on, `npm start`, and then:' : 'To go on:')
  const laterUrl = `http://${config.HONE_HOST}:${config.HONE_PORT}`
  console.log(nextSteps(study, service.staysAs === undefined ? laterUrl : service.url))
  if (service.staysAs !== undefined)
    console.log(`\nThe service stays up: \`kill ${service.staysAs}\` stops it.`)
  if (args.json) console.log(JSON.stringify(summary(study, completed, finishedTrials(study), seconds)))
}
