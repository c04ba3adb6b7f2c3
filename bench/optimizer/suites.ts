import { BRANCHING } from './branching.ts'
import { DECADES_APART } from './decades.ts'
import { lcbenchProblems } from './lcbench.ts'
import { NOISY } from './noisy.ts'
import { parallelProblems } from './parallel.ts'
import { type Problem, SYNTHETIC } from './problems.ts'
import { pruningProblems } from './pruning.ts'
import { tabularProblems } from './tabular.ts'
import { warmStartProblems } from './warm-start.ts'

/** The problems of each suite; some are data that the benchmarks' folder holds. */
const PROBLEMS_OF = {
  synthetic: () => SYNTHETIC,
  mixed: () => BRANCHING,
  noisy: () => NOISY,
  decades: () => DECADES_APART,
  tabular: (benchmarks: string) => tabularProblems(benchmarks),
  lcbench: (benchmarks: string) => lcbenchProblems(benchmarks),
  'warm-start': (benchmarks: string) => warmStartProblems(benchmarks),
  pruning: (benchmarks: string) => pruningProblems(benchmarks),
  parallel: (benchmarks: string) => parallelProblems(benchmarks),
} as const

export type SuiteName = keyof typeof PROBLEMS_OF

export function isSuite(name: string): name is SuiteName {
  return Object.hasOwn(PROBLEMS_OF, name)
}

const loaded = new Map<string, readonly Problem[]>()

export function problemsOf(suite: SuiteName, benchmarks = ''): readonly Problem[] {
  const key = `${suite} ${benchmarks}`
  const problems = loaded.get(key) ?? PROBLEMS_OF[suite](benchmarks)
  loaded.set(key, problems)
  return problems
}

export function findProblem(suite: SuiteName, name: string, benchmarks: string | undefined): Problem {
  return problemsOf(suite, benchmarks).find((problem) => problem.name === name)!
}
