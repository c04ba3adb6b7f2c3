/**
 * What giving trials up early spares Hone's own trainings: studies of some data sets, with each pruner and without one.
 * Prints a Markdown table, in which each study stands beside what that without a pruner had come to by as many epochs,
 * then one line of JSON.
 *
 *   npm run bench:pruning [seeds]
 */
import { PRUNER_KINDS, type PrunerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import type { Client } from '../../src/quickstart/client.ts'
import { printTable, standardError } from '../optimizer/figures.ts'
import { runToEnd, withService } from './service.ts'

const DATASETS = ['digits', 'wine', 'breast-cancer', 'spirals']
const TRIALS = 60

interface Run {
  readonly best: number
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
  for (const dataset of DATASETS) {
    figures[dataset] = {}
    const none: Progress[] = []
    for (const kind of PRUNER_KINDS) {
      const runs: Run[] = []
      for (let seed = 0; seed < seeds; seed++) {
        const { progress, ...run } = await runOne(client, dataset, kind, seed)
        if (kind === 'none') none.push(progress)
        runs.push({ ...run, noneByThen: bestAfter(none[seed]!, run.epochs) })
      }
      const means = meanOf(runs)
      figures[dataset][kind] = means
      const losses = [spread(runs.map(({ best }) => best)), spread(runs.map(({ noneByThen }) => noneByThen))]
      const counts = [means.epochs, means.pruned].map((value) => value.toFixed(0))
      rows.push([dataset, kind, ...losses, ...counts, means.seconds.toFixed(1)])
      console.error(rows.at(-1)!.join(' '))
    }
  }
  const header = ['best validation loss', 'none by as many epochs', 'epochs', 'pruned trials', 's a study']
  printTable(['data set', 'pruner', ...header], rows)
  console.log(JSON.stringify({ trials: TRIALS, seeds, ...figures }))
})

async function runOne(
  client: Client,
  dataset: string,
  kind: PrunerKind,
  seed: number,
): Promise<Omit<Run, 'noneByThen'> & { readonly progress: Progress }> {
  const startedAt = performance.now()
  const study = await runToEnd(client, {
    trainer: { kind: 'mlp', dataset },
    seed,
    limits: { trials: TRIALS },
    pruner: { kind },
  })
  const seconds = (performance.now() - startedAt) / 1000
  const trials = await Promise.all(Array.from({ length: TRIALS }, (_, n) => client.getTrial(study.id, n)))
  const progress = progressOf(trials)
  const { best, epochs } = progress.at(-1)!
  return { best, epochs, pruned: study.trials.pruned, seconds, progress }
}

/** After each trial, of one at a time: the best that had completed, and the epochs of all so far. */
type Progress = readonly { readonly epochs: number; readonly best: number }[]

function progressOf(trials: readonly Awaited<ReturnType<Client['getTrial']>>[]): Progress {
  let [epochs, best] = [0, Number.POSITIVE_INFINITY]
  return trials.map(({ state, curve, metrics }) => {
    epochs += curve?.step?.length ?? 0
    if (state === 'completed') best = Math.min(best, metrics!.validationLoss!)
    return { epochs, best }
  })
}

/** The first trial in any case, for a study has to have one. */
function bestAfter(progress: Progress, epochs: number): number {
  return (progress.findLast((after) => after.epochs <= epochs) ?? progress[0]!).best
}

function spread(values: readonly number[]): string {
  return `${mean(values).toPrecision(3)} ± ${standardError(values).toPrecision(1)}`
}

function meanOf(runs: readonly Run[]): Run {
  const of = (pick: (run: Run) => number) => mean(runs.map(pick))
  return {
    best: of(({ best }) => best),
    noneByThen: of(({ noneByThen }) => noneByThen),
    epochs: of(({ epochs }) => epochs),
    pruned: of(({ pruned }) => pruned),
    seconds: of(({ seconds }) => seconds),
  }
}
