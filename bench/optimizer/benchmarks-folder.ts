import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the benchmarks' folder; says so plainly when it is not there. */
export function readBenchmark(folder: string, ...path: readonly string[]): Buffer {
  const file = join(folder, ...path)
  if (folder === '' || !existsSync(file)) {
    throw new Error(`No ${file}: name the folder of the benchmarks' data with --benchmarks.`)
  }
  return readFileSync(file)
}

export function readBenchmarkJson(folder: string, ...path: readonly string[]): unknown {
  return JSON.parse(readBenchmark(folder, ...path).toString('utf8'))
}
