import type { WarmStart } from '../../src/domain/warm-start.ts'
import { Random } from '../../src/math/random.ts'
import { mean } from '../../src/math/stats.ts'
import { chooseStartPoints } from '../../src/optimizer/warm-start/choose-points.ts'
import { type EarlierStudy, earlierStudy } from '../../src/optimizer/warm-start/earlier-study.ts'
import { meanByBudget } from './by-budget.ts'
import { printTable } from './figures.ts'
import { lcbenchProblems } from './lcbench.ts'
import type { Problem } from './problems.ts'
import { NUMERICS, runStudy, type StudyPlan } from './studies.ts'

/** What a study is begun with: so many studies of other problems, or of the opposite of those problems. */
export interface Earlier {
  readonly studies: number
  readonly opposite?: true
}

const BUDGETS = [1, 5, 10, 20, 50]
// Worse than without by so much of what random search leaves after one trial is harm.
const HARM = 0.05

/** Each data set of LCBench, to be searched with what studies of the other 33 found. */
export function warmStartProblems(benchmarks: string): readonly Problem[] {
  return lcbenchProblems(benchmarks).map((problem) => ({ ...problem, budgets: BUDGETS }))
}

export const CORPORA: readonly Earlier[] = [
  { studies: 0 },
  { studies: 1 },
  { studies: 3 },
  { studies: 10 },
  { studies: 30 },
  { studies: 1, opposite: true },
  { studies: 3, opposite: true },
  { studies: 10, opposite: true },
]

/** What studies of other problems teach one of this problem; they have its seed, one worker, and began with nothing. */
export function learnFrom(
  { studies, opposite }: Earlier,
  problem: Problem,
  problems: readonly Problem[],
  { sampler, seed }: StudyPlan,
): WarmStart {
  const others = problems.filter((other) => other !== problem)
  const chosen = Random.fromSeed(seed).fork(problem.name).shuffle(others).slice(0, studies)
  const taught = chosen.map((other) => studyOf(other, { sampler, seed }))
  const earlier = opposite ? taught.map(turned) : taught
  return {
    studies: earlier.map(({ id }) => id),
    points: chooseStartPoints(problem.space, earlier, NUMERICS),
  }
}

const known = new Map<string, EarlierStudy>()

function studyOf(problem: Problem, plan: StudyPlan): EarlierStudy {
  const key = `${problem.name} ${plan.seed}`
  const study = known.get(key) ?? earlierStudy(runStudy(problem, plan).snapshot)!
  known.set(key, study)
  return study
}

function turned(study: EarlierStudy): EarlierStudy {
  return { ...study, results: study.results.map(({ params, value }) => ({ params, value: -value })) }
}

/** @param regrets one block a corpus, the first of which is empty: by problem, by seed, by budget. */
export function printWarmStart(regrets: readonly (readonly (readonly (readonly number[])[])[])[]): void {
  const figures = regrets.map((block, k) => ({
    corpus: nameOf(CORPORA[k]!),
    regret: meanByBudget(block, BUDGETS),
    harm: harmOf(block, regrets[0]!),
  }))
  const rows = figures.map(({ corpus, regret, harm }) => [
    corpus,
    ...regret.map((one) => one.toFixed(3)),
    ...harm.map((share) => share.toFixed(2)),
  ])
  const header = ['earlier studies', ...BUDGETS.map((budget) => `at ${budget}`)]
  printTable([...header, ...BUDGETS.map((budget) => `harmed at ${budget}`)], rows)
  const byCorpus = figures.map(({ corpus, ...rest }) => [corpus, rest] as const)
  console.log(JSON.stringify({ suite: 'warm-start', budgets: BUDGETS, ...Object.fromEntries(byCorpus) }))
}

function nameOf({ studies, opposite }: Earlier): string {
  return opposite ? `${studies} of the opposite` : String(studies)
}

/** The share of studies that came to more than without, at each budget. */
function harmOf(
  block: readonly (readonly (readonly number[])[])[],
  without: readonly (readonly (readonly number[])[])[],
): number[] {
  return BUDGETS.map((_, k) =>
    mean(
      block.flatMap((seeds, problem) =>
        seeds.map((regrets, seed) => Number(regrets[k]! > without[problem]![seed]![k]! + HARM)),
      ),
    ),
  )
}
