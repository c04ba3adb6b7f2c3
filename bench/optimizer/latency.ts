import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import { Random } from '../../src/math/random.ts'
import { SobolSequence } from '../../src/math/sobol.ts'
import { createNumerics, type Numerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { decode, encodeSpace, fromUnitCube } from '../../src/optimizer/space/encode.ts'
import { aDefinition, aStudy, finished, proposed } from '../../test/support/simulate.ts'
import { median, printTable } from './figures.ts'
import { LARGE_SPACES } from './large-spaces.ts'

const DIMENSIONS = [5, 20]
// As many proposals as the compiler takes to settle, in a study of their own, of a size that goes the same ways: a process
// that has just been started takes several times as long, which is told apart.
const WARM_UP = { rows: 70, proposals: 200 }
const COLD = { rows: 100, proposals: 15 }

/** Recorded on a quiet core of the same kind: median ms of one proposal, by dimensions and finished trials. */
const PEERS: Readonly<Record<string, Readonly<Record<number, Readonly<Record<number, number>>>>>> = {
  'Optuna 5.0 GPSampler': { 5: { 100: 37, 500: 239 }, 20: { 100: 53, 500: 439 } },
  'Optuna 5.0 TPESampler': { 5: { 100: 1.5, 500: 3.3 }, 20: { 100: 3.6, 500: 11.8 } },
}

/**
 * Milliseconds of one proposal with n finished trials behind it: the median of several. Each next proposal has one more
 * result to learn from, as in a running study.
 *
 * @param large of large spaces too.
 */
export function measureLatency(
  sampler: SamplerKind,
  rows: readonly number[],
  repeats: number,
  { large = false } = {},
): void {
  const numerics = createNumerics(bestAlgebra())
  const cells: (string | number)[][] = []
  const p50Ms: Record<string, Record<string, number>> = {}
  const coldMs = medianLatency(sampler, box(DIMENSIONS[0]!), COLD.rows, COLD.proposals, numerics)
  for (const d of DIMENSIONS) {
    const space = box(d)
    medianLatency(sampler, space, WARM_UP.rows, WARM_UP.proposals, numerics)
    const medians = rows.map((n) => medianLatency(sampler, space, n, repeats, numerics))
    p50Ms[`d${d}`] = Object.fromEntries(rows.map((n, k) => [n, medians[k]!]))
    cells.push([`Hone ${sampler}, ${numerics.algebra.name}`, d, ...medians.map((ms) => ms.toFixed(1))])
    for (const [peer, recorded] of Object.entries(PEERS)) {
      cells.push([peer, d, ...rows.map((n) => recorded[d]?.[n] ?? '')])
    }
  }
  printTable(['', 'dimensions', ...rows.map((n) => `p50 ms at n = ${n}`)], cells)
  const largeP50Ms = large && measureLarge(sampler, rows, repeats, numerics)
  console.log(
    `The first ${COLD.proposals} of the process, n = ${COLD.rows}, d = ${DIMENSIONS[0]}: ${coldMs.toFixed(1)} ms.`,
  )
  console.log(`Resident memory: ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB.`)
  console.log(JSON.stringify({ suite: 'latency', p50Ms, coldMs, ...(largeP50Ms && { largeP50Ms }) }))
}

function measureLarge(
  sampler: SamplerKind,
  rows: readonly number[],
  repeats: number,
  numerics: Numerics,
): Record<string, Record<string, number>> {
  const measured = Object.entries(LARGE_SPACES).map(([name, space]) => {
    const medians = rows.map((n) => medianLatency(sampler, space, n, repeats, numerics))
    return { name, medians }
  })
  printTable(
    ['large spaces', ...rows.map((n) => `p50 ms at n = ${n}`)],
    measured.map(({ name, medians }) => [name, ...medians.map((ms) => ms.toFixed(0))]),
  )
  const byRows = (medians: readonly number[]) => Object.fromEntries(rows.map((n, k) => [n, medians[k]!]))
  return Object.fromEntries(measured.map(({ name, medians }) => [name, byRows(medians)]))
}

function medianLatency(
  sampler: SamplerKind,
  space: SearchSpace,
  n: number,
  repeats: number,
  numerics: Numerics,
): number {
  let snapshot = filled(sampler, space, n)
  const latencies: number[] = []
  for (let k = 0; k < repeats; k++) {
    const started = performance.now()
    const proposal = propose(snapshot, snapshot.trials.length, numerics)
    latencies.push(performance.now() - started)
    if (proposal === 'exhausted') throw new Error('The space has too few points to be measured.')
    snapshot = grown(snapshot, proposal.params)
  }
  return median(latencies)
}

function box(dimensions: number): SearchSpace {
  const parameters = Array.from(
    { length: dimensions },
    (_, i) => ({ name: `x${i}`, type: 'float', min: -2, max: 3, scale: 'linear' }) as const,
  )
  return { parameters, constraints: [] }
}

/** A study with n results at quasi-random points. */
function filled(sampler: SamplerKind, space: SearchSpace, n: number): StudySnapshot {
  const encoded = encodeSpace(space)
  const points = SobolSequence.scrambled(space.parameters.length, Random.fromSeed(1))
  const limits = { trials: 100_000, parallel: 1 }
  let snapshot = aStudy(aDefinition(space, { sampler: { kind: sampler }, limits }))
  for (let k = 0; k < n; k++)
    snapshot = grown(snapshot, decode(encoded, fromUnitCube(encoded, points.point(k))))
  return snapshot
}

function grown(snapshot: StudySnapshot, params: ParameterValues): StudySnapshot {
  return finished(proposed(snapshot, params), snapshot.trials.length, bowl(params))
}

/** A bowl with ripples, the later dimensions mattering less. */
function bowl(params: ParameterValues): number {
  return Object.values(params).reduce<number>((sum, value, i) => {
    const x = Number(value) - 0.3
    return sum + (x * x + 0.5 * Math.sin(5 * x)) / (1 + i)
  }, 0)
}
