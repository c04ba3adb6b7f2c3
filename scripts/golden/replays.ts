/**
 * Records the journals of three small studies into test/golden/replays/, through the whole service. To be run again
 * only when a sampler's version goes up, or an event changes: the journals are there to notice the rest.
 *
 *   npm run build && npx tsx scripts/golden/replays.ts
 */
import { once } from 'node:events'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../../src/config.ts'
import { parseStudyId } from '../../src/domain/ids.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { packagePath } from '../../src/package-path.ts'
import { createClient } from '../../src/quickstart/client.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { formatJournal } from '../../src/redis/journal-lines.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { storeOf } from '../../test/support/store-of.ts'

const STUDIES = {
  'random-branin': {
    seed: 1,
    trainer: { kind: 'function', name: 'branin' },
    sampler: { kind: 'random' },
    limits: { trials: 20, parallel: 4 },
  },
  'sobol-hartmann6': {
    seed: 2,
    trainer: { kind: 'function', name: 'hartmann6' },
    sampler: { kind: 'sobol' },
    limits: { trials: 20, parallel: 4 },
  },
  'auto-conditional': {
    seed: 3,
    trainer: { kind: 'mlp', dataset: 'iris', settings: { epochs: 3 } },
    searchSpace: {
      parameters: [
        { name: 'optimizer', type: 'categorical', choices: ['adam', 'sgd'] },
        { name: 'learningRate', type: 'float', min: 1e-4, max: 0.3, scale: 'log' },
        { name: 'momentum', type: 'float', min: 0, max: 0.99, when: { optimizer: ['sgd'] } },
        { name: 'hiddenLayers', type: 'int', min: 1, max: 3 },
        { name: 'hiddenUnits', type: 'int', min: 4, max: 64, scale: 'log' },
        { name: 'batchSize', type: 'ordinal', values: [8, 16, 32, 64] },
      ],
      constraints: ['hiddenLayers * hiddenUnits <= 128'],
    },
    limits: { trials: 24, parallel: 3 },
  },
}

const dataDir = mkdtempSync(join(tmpdir(), 'hone-replays-'))
const config = loadConfig({ HONE_DATA_DIR: dataDir, HONE_PORT: '0', HONE_TRIAL_CONCURRENCY: '3' })
const logger = createLogger('replays', 'warn')
const stack = await startStack(config, { logger, output: openSync(devNull, 'w') })
const redis = connectRedis(`unix:${dataDir}/redis.sock`)
try {
  await once(redis, 'ready')
  for (const [name, request] of Object.entries(STUDIES)) await record(name, request)
} finally {
  redis.disconnect()
  await stack.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function record(name: string, request: object): Promise<void> {
  const client = createClient(stack.url, new AbortController().signal)
  const { id } = await client.createStudy(request)
  while ((await client.getStudy(id)).state !== 'completed') await delay(50)
  const store = storeOf(redis)
  const events = await store.readJournal(parseStudyId(id)!)
  writeFileSync(packagePath('test', 'golden', 'replays', `${name}.jsonl`), formatJournal(events))
  console.log(`${name}: ${events.length} events`)
}
