import { mean } from '../../src/math/stats.ts'
import { readBenchmarkJson } from './benchmarks-folder.ts'
import type { Measured } from './by-budget.ts'
import { median, printTable } from './figures.ts'

/** Regrets by problem, sampler and seed, each a list by growing budget; the last is at the full budget. */
interface Recorded {
  readonly problems: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number[]>>>>>>
}
type Regrets = readonly number[]

const OPPONENTS = ['optuna-gp', 'optuna-tpe']
// A difference below this share of random search's mean regret is a tie.
const TIE = 1e-4

/**
 * Scores one sampler on each problem: 100 (1 - its mean regret / that of random search), so 100 is the optimum and 0
 * is random search; and the share of (problem, seed) pairs that it wins against each recorded peer, ties half.
 */
export function printSynthetic(measured: readonly Measured[], benchmarks: string): void {
  const { problems } = recorded(benchmarks)
  const results = measured.map((one) => compare(one, problems[one.problem.name]!))
  const rows = results.map(({ name, regrets, score, peerScores }) => [
    name,
    ...[median(regrets), mean(regrets), Math.max(...regrets)].map((regret) => regret.toExponential(2)),
    score.toFixed(1),
    ...peerScores.map((peer) => peer.toFixed(1)),
  ])
  const peers = OPPONENTS.map((name) => `${name} (recorded)`)
  printTable(
    ['problem', 'median regret', 'mean', 'worst', `score of ${measured[0]!.sampler}`, ...peers],
    rows,
  )
  console.log(JSON.stringify(summarize(results)))
}

function recorded(benchmarks: string): Recorded {
  return readBenchmarkJson(benchmarks, 'synthetic', 'peers.json') as Recorded
}

/** Mean regret of random search at the full budget, as recorded. */
export function randomRegret(benchmarks: string, problem: string): number {
  return mean(finalRegrets(recorded(benchmarks).problems[problem]!.random!))
}

function compare({ problem, regrets: byBudget }: Measured, peers: Recorded['problems'][string]) {
  const regrets = byBudget.map((seed) => seed.at(-1)!)
  const random = mean(finalRegrets(peers.random!))
  const scoreOf = (values: Regrets) => 100 * (1 - mean(values) / random)
  const opponents = OPPONENTS.map((name) => finalRegrets(peers[name]!))
  return {
    name: problem.name,
    regrets,
    score: scoreOf(regrets),
    peerScores: opponents.map(scoreOf),
    wins: opponents.map((values) => winsOver(values, regrets, TIE * random)),
  }
}

function finalRegrets(bySeed: Readonly<Record<string, number[]>>): number[] {
  return Object.values(bySeed).map((byBudget) => byBudget.at(-1)!)
}

/** Points of the pairs of equal place: 1 for a win, half for a tie. */
function winsOver(peer: Regrets, regrets: Regrets, tie: number): number[] {
  return regrets
    .slice(0, peer.length)
    .map((regret, i) => (Math.abs(regret - peer[i]!) < tie ? 0.5 : regret < peer[i]! ? 1 : 0))
}

function summarize(results: readonly ReturnType<typeof compare>[]) {
  const scores = results.map(({ score }) => score)
  const rate = (k: number) => mean(results.flatMap(({ wins }) => wins[k]!))
  return {
    suite: 'synthetic',
    meanScore: mean(scores),
    minScore: Math.min(...scores),
    winRate: Object.fromEntries(OPPONENTS.map((name, k) => [name, rate(k)])),
  }
}
