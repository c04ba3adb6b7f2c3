/**
 * What giving trials up early spares Hone's own trainings: studies of some data sets, with each pruner and without one;
 * the last ones with a bound on the size of the network, and with its size as another objective. Prints a Markdown table,
 * in which each study stands beside what that without a pruner had come to by as many epochs, then one line of JSON.
 *
 *   npm run bench:pruning [seeds]
 */
import { PRUNER_KINDS, type PrunerKind } from '../../src/domain/study.ts'
import { hypervolume } from '../../src/math/hypervolume.ts'
import { mean } from '../../src/math/stats.ts'
import type { Client } from '../../src/quickstart/client.ts'
import type { StudyRequest } from '../../src/services/studies/study-request.ts'
import { printTable, standardError } from '../optimizer/figures.ts'
import { runToEnd, withService } from './service.ts'

const TRIALS = 60
const LOSS = { name: 'validationLoss', goal: 'minimize' } as const
const SIZE = 'weightCount'
// What a trade-off is measured from: networks of this loss, or this many weights, are of no use; fewer are none.
const WORST = { loss: 0.25, size: 20_000 }
const SMALLEST = 100

/** Where sizes count they reach down to a few units. */
const SMALLER: StudyRequest['searchSpace'] = {
  parameters: [
    { name: 'learningRate', type: 'float', min: 1e-4, max: 0.1, scale: 'log' },
    { name: 'hiddenLayers', type: 'int', min: 1, max: 2 },
    { name: 'hiddenUnits', type: 'int', min: 4, max: 256, scale: 'log' },
    { name: 'batchSize', type: 'ordinal', values: [16, 32, 64, 128] },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'] },
    { name: 'momentum', type: 'float', min: 0, max: 0.99, when: { optimizer: ['sgd'] } },
  ],
}

type Trial = Awaited<ReturnType<Client['getTrial']>>

/** What is searched, and how much its completed trials leave to be wished for. */
interface Subject {
  readonly name: string
  readonly dataset: string
  readonly request: Partial<StudyRequest>
  readonly figureOf: (completed: readonly Trial[]) => number
}

const plain = (dataset: string): Subject => ({ name: dataset, dataset, request: {}, figureOf: lowestLoss })

const bounded = (dataset: string, max: number): Subject => ({
  name: `${dataset}, at most ${max} weights`,
  dataset,
  request: { searchSpace: SMALLER, metrics: [LOSS, { name: SIZE, role: 'constraint', max }] },
  figureOf: (completed) => lowestLoss(completed.filter(({ metrics }) => metrics![SIZE]! <= max)),
})

const tradedOff = (dataset: string): Subject => ({
  name: `${dataset}, loss and weights`,
  dataset,
  request: { searchSpace: SMALLER, metrics: [LOSS, { name: SIZE, goal: 'minimize' }] },
  figureOf: uncovered,
})

const SUBJECTS = [
  ...['digits', 'wine', 'breast-cancer', 'spirals'].map(plain),
  bounded('digits', 2500),
  bounded('breast-cancer', 600),
  tradedOff('digits'),
  tradedOff('breast-cancer'),
]

interface Run {
  readonly figure: number
  /** Of the study of the same seed without a pruner, after as many epochs. */
  readonly noneByThen: number
  readonly epochs: number
  readonly pruned: number
  readonly seconds: number
}

const seeds = Number(process.argv[2] ?? 5)
await withService(async (client) => {
  const rows: string[][] = []
  const figures: Record<string, Record<string, Run>> = {}
  for (const subject of SUBJECTS) {
    const of: Record<string, Run> = {}
    figures[subject.name] = of
    const none: Progress[] = []
    for (const kind of PRUNER_KINDS) {
      const runs: Run[] = []
      for (let seed = 0; seed < seeds; seed++) {
        const { progress, ...run } = await runOne(client, subject, kind, seed)
        if (kind === 'none') none.push(progress)
        runs.push({ ...run, noneByThen: figureAfter(none[seed]!, run.epochs) })
      }
      const means = meanOf(runs)
      of[kind] = means
      const spreads = [runs.map(({ figure }) => figure), runs.map(({ noneByThen }) => noneByThen)].map(spread)
      const counts = [means.epochs, means.pruned].map((value) => value.toFixed(0))
      rows.push([subject.name, kind, ...spreads, ...counts, means.seconds.toFixed(1)])
      console.error(rows.at(-1)!.join(' '))
    }
  }
  const header = ['lowest loss, or share not covered', 'none by as many epochs', 'epochs', 'pruned trials']
  printTable(['study', 'pruner', ...header, 's a study'], rows)
  console.log(JSON.stringify({ trials: TRIALS, seeds, ...figures }))
})

async function runOne(
  client: Client,
  { dataset, request, figureOf }: Subject,
  kind: PrunerKind,
  seed: number,
): Promise<Omit<Run, 'noneByThen'> & { readonly progress: Progress }> {
  const startedAt = performance.now()
  const study = await runToEnd(client, {
    ...request,
    trainer: { kind: 'mlp', dataset },
    seed,
    limits: { trials: TRIALS },
    pruner: { kind },
  })
  const seconds = (performance.now() - startedAt) / 1000
  const trials = await Promise.all(Array.from({ length: TRIALS }, (_, n) => client.getTrial(study.id, n)))
  const progress = progressOf(trials, figureOf)
  const { figure, epochs } = progress.at(-1)!
  return { figure, epochs, pruned: study.trials.pruned, seconds, progress }
}

/** After each trial, of one at a time: what those that completed leave to be wished for, and the epochs of all so far. */
type Progress = readonly { readonly epochs: number; readonly figure: number }[]

function progressOf(trials: readonly Trial[], figureOf: Subject['figureOf']): Progress {
  let epochs = 0
  return trials.map(({ curve }, n) => {
    epochs += curve?.step?.length ?? 0
    return { epochs, figure: figureOf(trials.slice(0, n + 1).filter(({ state }) => state === 'completed')) }
  })
}

function lowestLoss(completed: readonly Trial[]): number {
  return Math.min(...completed.map(({ metrics }) => metrics![LOSS.name]!))
}

/** The share of all trade-offs better than the worst that no trial beats; sizes by their logarithm. */
function uncovered(completed: readonly Trial[]): number {
  const points = completed.map(({ metrics }) => [
    metrics![LOSS.name]! / WORST.loss,
    Math.log(metrics![SIZE]! / SMALLEST) / Math.log(WORST.size / SMALLEST),
  ])
  return 1 - hypervolume(points, [1, 1])
}

/** The first trial in any case, for a study has to have one. */
function figureAfter(progress: Progress, epochs: number): number {
  return (progress.findLast((after) => after.epochs <= epochs) ?? progress[0]!).figure
}

function spread(values: readonly number[]): string {
  return `${mean(values).toPrecision(3)} ± ${standardError(values).toPrecision(1)}`
}

function meanOf(runs: readonly Run[]): Run {
  const of = (pick: (run: Run) => number) => mean(runs.map(pick))
  return {
    figure: of(({ figure }) => figure),
    noneByThen: of(({ noneByThen }) => noneByThen),
    epochs: of(({ epochs }) => epochs),
    pruned: of(({ pruned }) => pruned),
    seconds: of(({ seconds }) => seconds),
  }
}
