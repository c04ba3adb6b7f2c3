import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../process/run.mjs'
import { unlessUpToDate } from './fingerprint.mjs'
import { PROJECT } from './project.mjs'
import { step } from './report.mjs'

const SOURCES = ['src', 'workers', 'tsconfig.json', 'tsconfig.build.json']

/** Compiles the TypeScript into dist/, unless it is compiled. */
export function ensureDist() {
  return unlessUpToDate({ product: 'dist', sources: SOURCES }, () =>
    step('Compiling', 'Compiled the TypeScript', compile),
  )
}

// Beside dist/ and then in its place: what is deleted from src/ leaves dist/ too, and a failed build leaves the old one.
async function compile() {
  const [next, dist] = [join(PROJECT, 'dist.next'), join(PROJECT, 'dist')]
  await rm(next, { recursive: true, force: true })
  const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', next], { cwd: PROJECT })
  await rm(dist, { recursive: true, force: true })
  await rename(next, dist)
}
