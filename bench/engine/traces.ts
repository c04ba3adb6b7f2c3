import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProgram } from './program.ts'
import { type Workload, wordsFor } from './workloads.ts'

const STEPS = 200

/** Largest relative error of a batch's loss in the first step, the first ten and the first two hundred. */
type Errors = readonly [number, number, number]

export interface TraceCheck {
  readonly workload: string
  readonly errors: Errors
  readonly allowed: Errors | undefined
  readonly within: boolean
}

// Float32 PyTorch stays this close to its float64 self; the small network's loss falls so far that its digits go.
const ALLOWED: Readonly<Record<string, Errors>> = {
  W1: [2e-7, 5e-7, 3e-6],
  W2: [2e-7, 5e-7, 2e-5],
  W3: [2e-7, 5e-7, 3e-6],
  W4: [2e-7, 5e-7, 3e-6],
  W9: [2e-7, 5e-7, 3e-6],
}

/**
 * Trains from the stored weights in the stored order, and holds each batch's loss to PyTorch's in float64. The wide
 * relu networks have no tolerance: a unit near 0 changes sides by rounding alone, in PyTorch's float32 too.
 *
 * @returns undefined when the workload has no recorded trace.
 */
export function checkTrace(workload: Workload, path: string, given: string, kernels: string) {
  const file = join(dirname(given), 'reference', `${workload.id}.json`)
  if (!existsSync(file)) return undefined
  const { trace } = JSON.parse(readFileSync(file, 'utf8')) as { trace: readonly number[] }
  const words = [...wordsFor(workload, path), 'mode=trace', 'seed=0', `kernels=${kernels}`, `steps=${STEPS}`]
  const losses = runProgram(words) as readonly number[]
  const errors = [1, 10, STEPS].map((steps) =>
    largestError(losses.slice(0, steps), trace),
  ) as unknown as Errors
  const allowed = ALLOWED[workload.id]
  const within = allowed === undefined || errors.every((error, i) => error <= allowed[i]!)
  return { workload: workload.id, errors, allowed, within } satisfies TraceCheck
}

function largestError(losses: readonly number[], trace: readonly number[]): number {
  return Math.max(...losses.map((loss, step) => Math.abs(loss - trace[step]!) / Math.abs(trace[step]!)))
}
