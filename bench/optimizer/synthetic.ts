import { existsSync, readFileSync } from 'node:fs'
import type { SamplerKind } from '../../src/domain/study.ts'
import type { Problem } from './problems.ts'
import { average, median, printTable, regretOf } from './run.ts'

/** Regrets by problem, sampler and seed, each a list by growing budget; the last is at the full budget. */
interface Recorded {
  readonly problems: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number[]>>>>>>
}
type Regrets = readonly number[]

const OPPONENTS = ['optuna-gp', 'optuna-tpe']
// A difference below this share of random search's mean regret is a tie.
const TIE = 1e-4
// As many seeds as the recorded baseline has.
const BASELINE_SEEDS = 20

/**
 * Scores one sampler on each problem: 100 (1 - its mean regret / that of random search), so 100 is the optimum and 0
 * is random search; and the share of (problem, seed) pairs that it wins against each recorded peer, ties half.
 *
 * @param peersPath file of recorded results.
 */
export function measureSynthetic(
  problems: readonly Problem[],
  sampler: SamplerKind,
  seeds: number,
  peersPath: string | undefined,
): void {
  const recorded = loadPeers(peersPath)
  const results = problems.map((problem) => {
    const regrets = Array.from({ length: seeds }, (_, seed) => regretOf(problem, sampler, seed))
    console.error(`${problem.name}: ${regrets.map((regret) => regret.toPrecision(3)).join(' ')}`)
    return compare(problem, regrets, recorded)
  })
  const rows = results.map(({ name, regrets, score, peerScores }) => [
    name,
    ...[median(regrets), average(regrets), Math.max(...regrets)].map((regret) => regret.toExponential(2)),
    score.toFixed(1),
    ...peerScores.map((peer) => peer?.toFixed(1) ?? '-'),
  ])
  printTable(['problem', 'median regret', 'mean', 'worst', `score of ${sampler}`, ...OPPONENTS], rows)
  console.log(JSON.stringify(summarize(results, recorded !== undefined)))
}

function compare(problem: Problem, regrets: Regrets, recorded: Recorded | undefined) {
  const peers = recorded?.problems[problem.name]
  const random = average(peers?.random ? finalRegrets(peers.random) : measureRandom(problem))
  const scoreOf = (values: Regrets) => 100 * (1 - average(values) / random)
  const opponents = OPPONENTS.map((name) => peers?.[name] && finalRegrets(peers[name]))
  return {
    name: problem.name,
    regrets,
    score: scoreOf(regrets),
    peerScores: opponents.map((values) => values && scoreOf(values)),
    wins: opponents.map((values) => winsOver(values ?? [], regrets, TIE * random)),
  }
}

function measureRandom(problem: Problem): number[] {
  return Array.from({ length: BASELINE_SEEDS }, (_, seed) => regretOf(problem, 'random', seed))
}

function finalRegrets(bySeed: Readonly<Record<string, number[]>>): number[] {
  return Object.values(bySeed).map((byBudget) => byBudget.at(-1)!)
}

/** Points of the pairs of equal seed: 1 for a win, half for a tie. */
function winsOver(peer: Regrets, regrets: Regrets, tie: number): number[] {
  return regrets
    .slice(0, peer.length)
    .map((regret, i) => (Math.abs(regret - peer[i]!) < tie ? 0.5 : regret < peer[i]! ? 1 : 0))
}

function summarize(results: readonly ReturnType<typeof compare>[], hasPeers: boolean) {
  const scores = results.map(({ score }) => score)
  const rate = (k: number) => average(results.flatMap(({ wins }) => wins[k]!))
  return {
    suite: 'synthetic',
    meanScore: average(scores),
    minScore: Math.min(...scores),
    ...(hasPeers && { winRate: Object.fromEntries(OPPONENTS.map((name, k) => [name, rate(k)])) }),
  }
}

function loadPeers(path: string | undefined): Recorded | undefined {
  if (path !== undefined && existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Recorded
  console.log(
    path === undefined
      ? 'No recorded peers: name their file with --peers. Scored against the random sampler, measured here.\n'
      : `No recorded peers: ${path} does not exist. Scored against the random sampler, measured here.\n`,
  )
  return undefined
}
