/**
 * Whole studies through the HTTP service, against the promises made for them. Starts a service of its own on a
 * temporary data directory. Prints a Markdown table, then one line of JSON; exits 1 when a promise is not kept.
 *
 *   npm run bench:studies [seeds]
 */
import type { StudyView } from '../../src/http/schemas/study.ts'
import type { Client } from '../../src/quickstart/client.ts'
import type { StudyRequest } from '../../src/services/studies/study-request.ts'
import { runToEnd, withService } from './service.ts'

interface Promised {
  readonly name: string
  readonly request: StudyRequest
  readonly figure: string
  /** The figure of one seed's study. */
  readonly measure: (study: StudyView, bestValue: number) => number
  readonly isKept: (figure: number) => boolean
  /** Share of the seeds that must keep it. */
  readonly share: number
}

const mlp = (dataset: string, trials: number): StudyRequest => ({
  trainer: { kind: 'mlp', dataset },
  limits: { trials },
})
const accuracy = ({ test }: StudyView) => test?.metrics.accuracy ?? 0

const PROMISES: readonly Promised[] = [
  {
    name: 'digits, 40 trials',
    request: mlp('digits', 40),
    figure: 'test accuracy',
    measure: accuracy,
    isKept: (figure) => figure >= 0.97,
    share: 1,
  },
  {
    name: 'xor, 15 trials',
    request: mlp('xor', 15),
    figure: 'test accuracy',
    measure: accuracy,
    isKept: (figure) => figure === 1,
    share: 1,
  },
  {
    name: 'sine-cosine, 60 trials',
    request: { trainer: { kind: 'function', name: 'sine-cosine' }, limits: { trials: 60 } },
    figure: 'distance to -2',
    measure: (_study, bestValue) => bestValue + 2,
    isKept: (figure) => figure <= 1e-2,
    share: 0.9,
  },
]

const seeds = Number(process.argv[2] ?? 10)
await withService(async (client) => {
  const results = []
  for (const promised of PROMISES) results.push(await measureAll(client, promised))
  report(results)
})

async function measureAll(client: Client, promised: Promised) {
  const figures: number[] = []
  const startedAt = performance.now()
  for (let seed = 0; seed < seeds; seed++) {
    figures.push(await measureOne(client, promised, seed))
    console.error(`${promised.name}, seed ${seed}: ${figures.at(-1)}`)
  }
  const kept = figures.filter(promised.isKept).length
  const seconds = (performance.now() - startedAt) / 1000 / seeds
  return { ...promised, figures, kept, seconds, isKept: kept >= promised.share * seeds }
}

async function measureOne(client: Client, { request, measure }: Promised, seed: number): Promise<number> {
  const study = await runToEnd(client, { ...request, seed })
  const best = await client.getTrial(study.id, study.bestTrial!)
  return measure(study, best.metrics?.value ?? Number.NaN)
}

function report(results: Awaited<ReturnType<typeof measureAll>>[]): void {
  console.log('| study | figure | worst | median | best | kept | s a study |\n|---|---|---|---|---|---|---|')
  for (const { name, figure, figures, kept, seconds } of results) {
    const sorted = figures.toSorted((a, b) => a - b).map((value) => value.toPrecision(4))
    const [low, middle, high] = [sorted[0], sorted[Math.floor(seeds / 2)], sorted.at(-1)]
    const ends = figure.startsWith('distance') ? [high, middle, low] : [low, middle, high]
    console.log(`| ${name} | ${figure} | ${ends.join(' | ')} | ${kept}/${seeds} | ${seconds.toFixed(1)} |`)
  }
  console.log(
    JSON.stringify(Object.fromEntries(results.map(({ name, figures, kept }) => [name, { kept, figures }]))),
  )
  process.exitCode = results.every(({ isKept }) => isKept) ? 0 : 1
}
