import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../../src/config.ts'
import type { StudyView } from '../../src/http/schemas/study.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { type Client, createClient } from '../../src/quickstart/client.ts'
import type { StudyRequest } from '../../src/services/studies/study-request.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

/** A service of its own on a temporary data directory, for as long as it is used. */
export async function withService(use: (client: Client) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hone-bench-'))
  const config = loadConfig({ HONE_DATA_DIR: dataDir, HONE_PORT: '0', HONE_LOG_LEVEL: 'warn' })
  const stack = await startStack(config, {
    logger: createLogger('bench', 'warn'),
    output: openSync(devNull, 'w'),
  })
  try {
    await use(createClient(stack.url, new AbortController().signal))
  } finally {
    await stack.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** A study at its end, its winner's test included where it trains networks and one of them is the best. */
export async function runToEnd(client: Client, request: StudyRequest): Promise<StudyView> {
  let study = await client.createStudy(request)
  const isTested = () =>
    study.test !== undefined || study.bestTrial === undefined || request.trainer.kind === 'function'
  while (study.state !== 'completed' || !isTested()) {
    await delay(50)
    study = await client.getStudy(study.id)
  }
  return study
}
