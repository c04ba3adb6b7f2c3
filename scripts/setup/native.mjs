import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findCommand } from '../process/find-command.mjs'
import { installWithApt } from '../process/install-with-apt.mjs'
import { run } from '../process/run.mjs'
import { unlessUpToDate } from './fingerprint.mjs'
import { PROJECT } from './project.mjs'
import { step } from './report.mjs'

// Those that build-native.mjs looks for.
const COMPILERS = ['g++', 'c++', 'clang++']

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
  if (process.env.CXX || COMPILERS.some(findCommand)) return
  try {
    await step('Installing g++', 'Installed g++ with apt', () => installWithApt(['g++']))
  } catch (error) {
    const advice = 'Install g++ (Debian, Ubuntu: apt-get install g++).'
    throw new Error(`There is no C++ compiler, and ${error.message}. ${advice}`, { cause: error })
  }
}
