import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PrunerKind } from '../../src/domain/study.ts'
import { regretsUnderPruner } from './pruning.ts'
import { regretsOf, type StudyPlan } from './studies.ts'
import { findProblem, problemsOf, type SuiteName } from './suites.ts'
import { type Earlier, learnFrom } from './warm-start.ts'

/** One study of a suite, in words that another process understands. */
export interface Job extends StudyPlan {
  readonly suite: SuiteName
  readonly problem: string
  /** Folder of the benchmarks' data. */
  readonly benchmarks: string | undefined
  readonly earlier?: Earlier
  /** Of the suite `pruning`: which trials are given up. */
  readonly pruner?: PrunerKind
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

export function runJob(job: Job): number[] {
  const { suite, benchmarks, earlier, pruner, ...plan } = job
  const problem = findProblem(suite, job.problem, benchmarks)
  if (pruner) return regretsUnderPruner(problem, plan, pruner)
  const warmStart = earlier && learnFrom(earlier, problem, problemsOf(suite, benchmarks), plan)
  return regretsOf(problem, { ...plan, warmStart })
}

/** The regrets of each study, in the order of the jobs: in this process, or in several others. */
export async function runJobs(jobs: readonly Job[], processes: number): Promise<number[][]> {
  const results: number[][] = []
  const waiting = jobs.entries()
  const report = (k: number, regrets: number[]) => {
    results[k] = regrets
    const { problem, sampler, seed, parallel = 1 } = jobs[k]!
    const figures = regrets.map((regret) => regret.toPrecision(3)).join(' ')
    console.error(`${problem} ${sampler} x${parallel} seed ${seed}: ${figures}`)
  }
  if (processes <= 1) for (const [k, job] of waiting) report(k, runJob(job))
  else await Promise.all(Array.from({ length: processes }, () => work(waiting, report)))
  return results
}

/** Gives one process of its own a job after the other until none is waiting. */
function work(
  waiting: Iterator<[number, Job]>,
  report: (k: number, regrets: number[]) => void,
): Promise<void> {
  const worker = fork(WORKER)
  return new Promise((resolve, reject) => {
    let current = -1
    const next = () => {
      const { value, done } = waiting.next()
      if (done) worker.disconnect()
      else {
        current = value[0]
        worker.send(value[1])
      }
    }
    worker.on('message', (regrets) => {
      report(current, regrets as number[])
      next()
    })
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}.`))))
    next()
  })
}
