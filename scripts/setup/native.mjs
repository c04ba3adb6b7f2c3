import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findCommand } from '../process/find-command.mjs'
import { installWithApt } from '../process/install-with-apt.mjs'
import { run } from '../process/run.mjs'
import { unlessUpToDate } from './fingerprint.mjs'
import { PROJECT } from './project.mjs'
import { report, step } from './report.mjs'

/** Builds the engine's addon, unless it is built. */
export async function ensureNative() {
  const folders = (await readdir(join(PROJECT, 'native'))).filter((name) => name !== 'build')
  const sources = ['scripts/build-native.mjs', ...folders.map((name) => `native/${name}`)]
  await unlessUpToDate({ product: 'native/build/hone.node', sources }, async () => {
    await ensureCompiler()
    await step('Building the native engine', 'Built the native engine', async () => {
      await run(process.execPath, ['scripts/build-native.mjs'], { cwd: PROJECT })
    })
  })
}

async function ensureCompiler() {
  if (findCommand(process.env.CXX || 'g++')) return
  const refusal = await step('Installing g++', 'Looked for g++ with apt', () => installWithApt(['g++']))
  if (refusal) {
    throw new Error(
      `There is no C++ compiler, and ${refusal}. Install g++ (Debian, Ubuntu: apt-get install g++).`,
    )
  }
  report('Installed g++ with apt.')
}
