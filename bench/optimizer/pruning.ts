import { applyEvents, type Change } from '../../src/domain/apply-event.ts'
import type { PrunerKind } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import type { Report, TrialOutcome } from '../../src/domain/trial.ts'
import { mean } from '../../src/math/stats.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { shouldPrune } from '../../src/optimizer/should-prune.ts'
import { aDefinition, aStudy, specOf } from '../../test/support/simulate.ts'
import { meanByBudget } from './by-budget.ts'
import { printTable, standardError } from './figures.ts'
import { LCBENCH_EPOCHS, lcbenchProblems } from './lcbench.ts'
import type { Problem } from './problems.ts'
import { NUMERICS, type StudyPlan } from './studies.ts'

/** In whole trainings, whatever they were spent on. */
const BUDGETS = [5, 10, 15, 20]
const MOST = Math.max(...BUDGETS)
// What the sampler is told that there will be where most are given up; it is the epochs that end a study.
const TRIALS_TOLD = 60
const AT = '2026-01-01T00:00:00.000Z'

/** LCBench's data sets, whose networks may be given up before their last epoch. */
export function pruningProblems(benchmarks: string): readonly Problem[] {
  return lcbenchProblems(benchmarks).map((problem) => ({ ...problem, budgets: BUDGETS }))
}

/**
 * The regret of the best training that came to its end, by epochs spent; of one worker, or of several that train an
 * epoch each in turn. Random search's median where none had.
 */
export function regretsUnderPruner(problem: Problem, plan: StudyPlan, pruner: PrunerKind): number[] {
  const { seed, sampler, parallel = 1 } = plan
  const limits = { trials: pruner === 'none' ? MOST : TRIALS_TOLD, parallel }
  const definition = aDefinition(problem.space, {
    seed,
    sampler: specOf(sampler),
    pruner: { kind: pruner, ...(pruner === 'auto' && { maxSteps: LCBENCH_EPOCHS }) },
    limits,
  })
  let snapshot = aStudy(definition)
  let best = problem.optimum + problem.unit!
  const regrets: number[] = []
  for (let spent = 0; spent < MOST * LCBENCH_EPOCHS; ) {
    snapshot = topUp(snapshot)
    const open = snapshot.trials.filter(({ state }) => state === 'running')
    for (const { number } of open) {
      snapshot = trainOn(snapshot, number, problem)
      const { state, metrics } = snapshot.trials[number]!
      if (state === 'completed') best = Math.min(best, metrics!.value!)
      spent++
      if (spent % LCBENCH_EPOCHS === 0 && BUDGETS.includes(spent / LCBENCH_EPOCHS))
        regrets.push((best - problem.optimum) / problem.unit!)
    }
  }
  return regrets
}

function topUp(start: StudySnapshot): StudySnapshot {
  const { parallel } = start.study.definition.limits
  let snapshot = start
  const running = () => snapshot.trials.filter(({ state }) => state === 'running').length
  while (running() < parallel) {
    const number = snapshot.trials.length
    const proposal = propose(snapshot, number, NUMERICS)
    if (proposal === 'exhausted') throw new Error('A space of ranges is never used up.')
    snapshot = applyEvents(snapshot, [
      { type: 'trial-proposed', at: AT, number, ...proposal },
      { type: 'trial-started', at: AT, number, attempt: 1, crashes: 0, worker: 'w' },
    ])
  }
  return snapshot
}

/** One epoch of a trial, and its end where that was the last or it is given up. */
function trainOn(snapshot: StudySnapshot, number: number, { curve }: Problem): StudySnapshot {
  const { params, curve: reports = [] } = snapshot.trials[number]!
  const step = reports.length + 1
  const report: Report = { step, metrics: { value: curve!(params, step) } }
  const reported: Change = { type: 'values-reported', at: AT, number, attempt: 1, reports: [report] }
  const trained = applyEvents(snapshot, [reported])
  const outcome = outcomeOf(trained, number, [...reports, report])
  return outcome ? applyEvents(trained, [{ type: 'trial-finished', at: AT, number, outcome }]) : trained
}

function outcomeOf(
  snapshot: StudySnapshot,
  number: number,
  reports: readonly Report[],
): TrialOutcome | undefined {
  const { step, metrics } = reports.at(-1)!
  if (step === LCBENCH_EPOCHS) return { state: 'completed', metrics }
  const decision = shouldPrune(snapshot, number, reports)
  return decision && { state: 'pruned', metrics, ...decision }
}

/** @param regrets one block a pruner: by problem, by seed, by budget. */
export function printPruning(
  pruners: readonly PrunerKind[],
  regrets: readonly (readonly (readonly (readonly number[])[])[])[],
): void {
  const figures = regrets.map((block, k) => {
    const beside = BUDGETS.map((_, b) => differences(block, regrets[0]!, b))
    return { pruner: pruners[k]!, regret: meanByBudget(block, BUDGETS), beside }
  })
  const rows = figures.map(({ pruner, regret, beside }, k) => [
    pruner,
    ...regret.map((one) => one.toFixed(3)),
    ...beside.map((pairs) =>
      k === 0 ? '-' : `${mean(pairs).toFixed(3)} ± ${standardError(pairs).toFixed(3)}`,
    ),
  ])
  const header = ['pruner', ...BUDGETS.map((budget) => `after ${budget} trainings' epochs`)]
  printTable([...header, ...BUDGETS.map((budget) => `beside none at ${budget}`)], rows)
  const byPruner = figures.map(({ pruner, regret }) => [pruner, regret] as const)
  console.log(JSON.stringify({ suite: 'pruning', budgets: BUDGETS, ...Object.fromEntries(byPruner) }))
}

function differences(
  block: readonly (readonly (readonly number[])[])[],
  none: readonly (readonly (readonly number[])[])[],
  budget: number,
): number[] {
  return block.flatMap((seeds, problem) =>
    seeds.map((regrets, seed) => regrets[budget]! - none[problem]![seed]![budget]!),
  )
}
