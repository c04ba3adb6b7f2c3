import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import type { StudySnapshot } from '../../src/domain/events.ts'
import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { aDefinition, aStudy, finished, proposed } from '../../test/support/simulate.ts'
import { median, printTable } from './figures.ts'

const DIMENSIONS = [5, 20]
const WARM_UP = 2

/**
 * Milliseconds of one proposal with n finished trials behind it: the median of several, after some that let the
 * compiler settle. Each next proposal has one more result to learn from, as in a running study.
 */
export function measureLatency(sampler: SamplerKind, rows: readonly number[], repeats: number): void {
  const p50Ms = Object.fromEntries(
    DIMENSIONS.map((d) => [
      `d${d}`,
      Object.fromEntries(rows.map((n) => [n, medianLatency(sampler, d, n, repeats)])),
    ]),
  )
  const cells = DIMENSIONS.map((d) => [d, ...rows.map((n) => p50Ms[`d${d}`]![n]!.toFixed(1))])
  printTable(['dimensions', ...rows.map((n) => `p50 ms at n = ${n}`)], cells)
  console.log(JSON.stringify({ suite: 'latency', sampler, p50Ms }))
}

function medianLatency(sampler: SamplerKind, d: number, n: number, repeats: number): number {
  const space = box(d)
  let snapshot = filled(sampler, space, n - WARM_UP)
  const latencies: number[] = []
  const numerics = createNumerics(bestAlgebra())
  for (let k = 0; k < WARM_UP + repeats; k++) {
    const started = performance.now()
    const proposal = propose(snapshot, snapshot.trials.length, numerics)
    if (k >= WARM_UP) latencies.push(performance.now() - started)
    if (proposal === 'exhausted') throw new Error('A continuous space cannot be exhausted.')
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
  const limits = { trials: 100_000, parallel: 1 }
  const design = aStudy(aDefinition(space, { sampler: { kind: 'sobol' }, limits }))
  let snapshot = aStudy(aDefinition(space, { sampler: { kind: sampler }, limits }))
  for (let k = 0; k < n; k++) {
    const proposal = propose(design, k)
    if (proposal !== 'exhausted') snapshot = grown(snapshot, proposal.params)
  }
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
