import { spawnSync } from 'node:child_process'
import { packagePath } from '../../src/package-path.ts'

/** What the engine's program says about one training; its units are those of Figures in measure.ts. */
export interface ProgramFigures {
  readonly seconds: number
  readonly loss: number
  readonly accuracy: number
  readonly peak_rss: number
  readonly kernels: string
  readonly peak_gflops: number
  readonly update_seconds: number
}

/** Builds bench/engine/native when a source is newer than it. */
export function buildProgram(): void {
  const { status } = spawnSync(process.execPath, [packagePath('scripts', 'build-native.mjs'), '--bench'], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('The bench program could not be built.')
}

/** A process of its own for each, so that its peak memory is that of one training. */
export function runProgram(words: readonly string[]): unknown {
  const program = packagePath('native', 'build', 'engine_bench')
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(stderr.trim())
  return JSON.parse(stdout)
}
