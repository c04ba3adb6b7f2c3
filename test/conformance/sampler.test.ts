import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import { checkParams, type ParameterValues, type SearchSpace } from '../../src/domain/search-space.ts'
import type { SamplerKind, SamplerSpec } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import { Random } from '../../src/math/random.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { SAMPLERS } from '../../src/optimizer/registry.ts'
import {
  aDefinition,
  aStudy,
  bestValue,
  proposed,
  type Simulation,
  simulate,
  specOf,
} from '../support/simulate.ts'
import { choice, float, int, MIXED, space } from '../support/spaces.ts'

const NUMERICS = createNumerics(bestAlgebra())
const EXTREME = space([
  float('huge', -1e300, 1e300),
  float('tiny', 1e-300, 2e-300),
  float('wide', 1e-300, 1e300, 'log'),
  float('mirrored', 1e-9, 1e9, 'reverseLog'),
  { ...int('count', 1, 2 ** 53 - 1), scale: 'log' },
  int('signed', -(2 ** 53 - 1), 2 ** 53 - 1),
  { ...float('stepped', -1, 1), step: 1e-7 },
])
const ONE_VALUE = space([int('a', 3, 3), float('b', 0.5, 0.5), choice('c', 'only'), float('x', 0, 1)])
const THIN = space([float('x', 0, 1), float('y', 0, 1)], ['abs(x - y) <= 0.001', 'x > 0.2'])
const SPACES: [string, SearchSpace][] = [
  ['mixed, conditional and constrained', MIXED],
  ['of extreme ranges', EXTREME],
  ['with single-valued parameters', ONE_VALUE],
  ['with a thin feasible region', THIN],
]
const ignorant = () => 1
const wavy = (params: object) =>
  Object.values(params).reduce(
    (sum: number, value) => sum + Math.sin(Number(value) || String(value).length),
    0,
  )

type Chosen = SamplerKind | SamplerSpec
const CHOSEN: [string, Chosen][] = [
  ...(Object.keys(SAMPLERS) as SamplerKind[]).map((name): [string, Chosen] => [name, name]),
  [
    'gaussian-process with other options',
    {
      kind: 'gaussian-process',
      initialTrials: 4,
      acquisition: 'confidenceBound',
      beta: 2.5,
      noise: 'none',
      hyperparameters: 'mode',
    },
  ],
]

function snapshotAfter(simulation: Partial<Simulation> & { sampler: Chosen }): StudySnapshot {
  return simulate({ space: MIXED, objective: wavy, trials: 14, ...simulation })
}

describe.each(CHOSEN)('sampler %s', (_name, sampler) => {
  it.each(SPACES)('keeps to a space %s, each point new', (_what, given) => {
    const { trials } = snapshotAfter({ sampler, space: given, trials: 30 })
    expect(trials).toHaveLength(30)
    for (const { params } of trials) expect(checkParams(given, params)).toEqual([])
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(30)
  })

  it('writes the active parameters in the order of the space', () => {
    const names = MIXED.parameters.map(({ name }) => name)
    for (const { params } of snapshotAfter({ sampler }).trials) {
      expect(Object.keys(params)).toEqual(names.filter((name) => name in params))
    }
  })

  it.each<[string, Partial<Simulation>]>([
    ['every trial fails', { objective: () => undefined }],
    ['every value is the same', { objective: ignorant }],
    ['values are not numbers now and then', { objective: (p) => (p.batch === 16 ? Number.NaN : wavy(p)) }],
    [
      'values differ by hundreds of magnitudes',
      { objective: (p) => 10 ** (Number(p.learningRate) * 600 - 300) },
    ],
    ['values are as large as numbers can be', { objective: (p) => (p.batch === 16 ? 1.7e308 : -1.7e308) }],
  ])('goes on when %s', (_what, simulation) => {
    const { trials } = snapshotAfter({ sampler, ...simulation })
    for (const { params } of trials) expect(checkParams(MIXED, params)).toEqual([])
    expect(trials).toHaveLength(14)
  })

  it('fills 64 places before the first result', () => {
    const { trials } = snapshotAfter({ sampler, space: space([float('x', 0, 1)]), trials: 65, parallel: 64 })
    expect(new Set(trials.map(({ params }) => params.x)).size).toBe(65)
  })

  it('proposes each point of a finite space once and then says that it is exhausted', () => {
    const finite = space(
      [choice('k', 'a', 'b'), { ...int('n', 1, 9), when: { k: ['b'] } }, choice('flag', true, false)],
      ['n != 5'],
    )
    const larger = { ...finite, parameters: [...finite.parameters, choice('mode', 'p', 'q')] }
    for (const [given, size] of [
      [finite, 18],
      [larger, 36],
    ] as const) {
      const done = snapshotAfter({ sampler, space: given, trials: 40 })
      expect(new Set(done.trials.map(({ params }) => JSON.stringify(params))).size).toBe(size)
      expect(done.trials).toHaveLength(size)
      expect(propose(done, size)).toBe('exhausted')
    }
  })

  it('exhausts a space of one point', () => {
    expect(snapshotAfter({ sampler, space: space([int('a', 3, 3)]) }).trials).toHaveLength(1)
  })

  it('gives the same bytes in another process', () => {
    // Beyond the start of every sampler.
    const snapshot = snapshotAfter({ sampler, trials: 24 })
    const script = fileURLToPath(new URL('../support/propose-in-process.ts', import.meta.url))
    const elsewhere = execFileSync(process.execPath, ['--import', 'tsx', script], {
      input: JSON.stringify(snapshot),
    })
    expect(elsewhere.toString()).toBe(JSON.stringify(propose(snapshot, snapshot.trials.length)))
  })

  it('looks at what was learned, not at when, by whom, or in which state of waiting', () => {
    const snapshot = proposed(
      snapshotAfter({ sampler }),
      snapshotAfter({ sampler, seed: 2 }).trials[0]!.params,
    )
    const [first, ...rest] = snapshot.trials.toReversed()
    const other: StudySnapshot = {
      ...snapshot,
      trials: [
        ...rest
          .toReversed()
          .map((trial) => ({ ...trial, worker: 'other', attempt: 7, finishedAt: '2030-01-01' })),
        { ...first!, state: 'running', worker: 'w', startedAt: '2031-01-01' },
      ],
    }
    expect(propose(other, 15)).toEqual(propose(snapshot, 15))
  })

  it('draws other points for another seed', () => {
    const points = (seed: number) =>
      snapshotAfter({ sampler, seed, trials: 3 }).trials.map(({ params }) => params)
    expect(points(1)).not.toEqual(points(2))
  })

  it('names the sampler that chose, its version, and the revision that it knew', () => {
    const snapshot = aStudy(aDefinition(MIXED, { sampler: specOf(sampler) }))
    const { origin } = propose(snapshot, 0) as Exclude<ReturnType<typeof propose>, 'exhausted'>
    expect(origin).toMatchObject({ version: expect.any(Number), revision: snapshot.revision })
    expect(Object.keys(SAMPLERS)).toContain(origin.sampler)
  })
})

describe('sampler gaussian-process', () => {
  const box = space([float('x', 0, 1), float('y', 0, 1)])
  const bowl = (p: ParameterValues) => (Number(p.x) - 0.3) ** 2 + (Number(p.y) - 0.8) ** 2
  const given = (options: Partial<SamplerSpec>) =>
    simulate({ space: box, objective: bowl, trials: 14, sampler: { kind: 'gaussian-process', ...options } })
  const phases = (options: Partial<SamplerSpec>) => given(options).trials.map(({ origin }) => origin.phase)

  it('begins with as many trials of a design as it is told to', () => {
    expect(phases({ initialTrials: 9 })).toEqual([...Array(9).fill('startup'), ...Array(5).fill('model')])
    expect(phases({ initialTrials: 1 })).toEqual([...Array(3).fill('startup'), ...Array(11).fill('model')])
  })

  it.each<Partial<SamplerSpec>>([
    { acquisition: 'confidenceBound' },
    { acquisition: 'confidenceBound', beta: 8 },
    { noise: 'none' },
    { hyperparameters: 'mode' },
  ])('chooses other points with %j, and comes near the optimum of a bowl as well', (options) => {
    const [plain, other] = [given({}), given(options)]
    expect(other.trials.map(({ params }) => params)).not.toEqual(plain.trials.map(({ params }) => params))
    expect(bestValue(other)).toBeLessThan(0.02)
  })
})

describe.each<SamplerKind>(['auto', 'gaussian-process'])('sampler %s, of a noisy objective', (sampler) => {
  const lattice = space([int('x', 0, 11)])
  const keysOf = ({ trials }: StudySnapshot) => trials.map(({ params }) => JSON.stringify(params))
  /** Level 3 is the best, by about as much as the noise. */
  function given({ seed, ...others }: Partial<Simulation> & { seed: number }): StudySnapshot {
    const random = Random.fromSeed(seed)
    const objective = ({ x }: ParameterValues) => Math.abs(Number(x) - 3) / 2 + 0.5 * random.normal()
    return simulate({ space: lattice, objective, trials: 40, sampler, seed, noisy: true, ...others })
  }

  it('runs promising values again, most often the best ones, before and after all have been tried', () => {
    for (const seed of [1, 2, 3]) {
      const { trials } = given({ seed })
      expect(trials).toHaveLength(40)
      const near = trials.filter(({ params }) => Math.abs(Number(params.x) - 3) <= 1)
      expect(near.length).toBeGreaterThan(15)
    }
  })

  it('says which proposals are to confirm what was tried', () => {
    const study = given({ seed: 1 })
    const keys = keysOf(study)
    study.trials.forEach(({ origin }, number) => {
      const isAgain = keys.indexOf(keys[number]!) < number
      expect(origin.rationale?.intent === 'confirm').toBe(isAgain)
    })
  })

  it('does not give all of eight workers the same values', () => {
    const keys = keysOf(given({ seed: 1, parallel: 8 }))
    for (let number = 16; number < 40; number += 8) {
      expect(new Set(keys.slice(number, number + 8)).size).toBeGreaterThan(1)
    }
  })

  it('runs nothing again that the study does not say is noisy', () => {
    const study = given({ seed: 1, noisy: false })
    expect(new Set(keysOf(study)).size).toBe(12)
    expect(study.trials).toHaveLength(12)
  })

  it('runs hardly anything again where results turn out to be exact', () => {
    const exact = ({ x, y }: ParameterValues) => (Number(x) - 0.3) ** 2 + (Number(y) - 3) ** 2 / 9
    const box = space([float('x', 0, 1), int('y', 0, 9)])
    const study = simulate({ space: box, objective: exact, trials: 30, sampler, noisy: true })
    expect(new Set(keysOf(study)).size).toBeGreaterThan(27)
  })
})

describe('sampler auto', () => {
  it('begins with a design and goes on with a model', () => {
    const { trials } = snapshotAfter({ sampler: 'auto', trials: 20, space: space([float('x', 0, 1)]) })
    const phases = trials.map(({ origin }) => `${origin.sampler} ${origin.phase}`)
    expect(phases.slice(0, 5)).toEqual(Array(5).fill('sobol startup'))
    expect(phases.slice(5)).toEqual(Array(15).fill('gaussian-process model'))
  })

  it('gives 64 workers a point each that is not next to another, beside a few results', () => {
    const box = space([float('x', 0, 1), float('y', 0, 1), choice('c', 'p', 'q')])
    let snapshot = simulate({ space: box, objective: wavy, trials: 10 })
    for (let number = 10; number < 74; number++) {
      const proposal = propose(snapshot, number, NUMERICS)
      if (proposal === 'exhausted') throw new Error('A continuous space cannot be exhausted.')
      expect(proposal.origin.phase).toBe('model')
      snapshot = proposed(snapshot, proposal.params)
    }
    const points = snapshot.trials.slice(10).map(({ params }) => params)
    const distance = (a: ParameterValues, b: ParameterValues) =>
      a.c === b.c ? Math.hypot(Number(a.x) - Number(b.x), Number(a.y) - Number(b.y)) : 1
    const lonely = points.filter((a) => points.every((b) => a === b || distance(a, b) > 1e-3))
    expect(lonely.length).toBeGreaterThan(60)
  }, 60_000)

  it('leaves a region where trials fail', () => {
    const box = space([float('x', 0, 1), float('y', 0, 1)])
    const objective = ({ x, y }: ParameterValues) =>
      Number(x) > 0.6 ? undefined : (Number(x) - 0.5) ** 2 + (Number(y) - 0.3) ** 2
    for (const seed of [1, 2, 3]) {
      const { study, trials } = simulate({ space: box, objective, trials: 30, seed })
      const failures = trials.slice(10).filter(({ state }) => state === 'failed').length
      expect(failures).toBeLessThan(6)
      expect(trials.slice(20).filter(({ state }) => state === 'failed').length).toBeLessThan(3)
      expect(trials[study.bestTrial!]!.metrics!.value).toBeLessThan(1e-3)
    }
  }, 60_000)

  it('finds the minimum of sin x0 + cos x1 to 1e-2 in 60 trials', () => {
    const box = space([float('x0', -10, 10), float('x1', -10, 10)])
    for (const seed of [1, 2, 3]) {
      const objective = ({ x0, x1 }: Record<string, unknown>) => Math.sin(Number(x0)) + Math.cos(Number(x1))
      const { study, trials } = simulate({ space: box, objective, trials: 60, seed })
      expect(trials[study.bestTrial!]!.metrics!.value).toBeLessThan(-1.99)
    }
  }, 60_000)
})
