import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { BRANCHING } from '../../../bench/optimizer/branching.ts'
import { SYNTHETIC } from '../../../bench/optimizer/problems.ts'
import { checkParams, type ParameterValues } from '../../../src/domain/search-space.ts'
import { Random } from '../../../src/math/random.ts'
import { decode, encodeSpace, randomPoint } from '../../../src/optimizer/space/encode.ts'

const golden = JSON.parse(
  readFileSync(new URL('../../golden/bench-problems.json', import.meta.url), 'utf8'),
) as { problems: Record<string, { params: ParameterValues; value: number }[]> }

it.each(SYNTHETIC)('$name has its recorded values', ({ name, value, space }) => {
  for (const { params, value: recorded } of golden.problems[name]!) {
    expect(checkParams(space, params)).toEqual([])
    const ordered = Object.fromEntries(space.parameters.map(({ name: key }) => [key, params[key]!]))
    // Twelve digits: sums are taken in another order there.
    expect(Math.abs(value(ordered) - recorded)).toBeLessThan(1e-12 * (1 + Math.abs(recorded)))
  }
})

const shift = [7.3, -11.2, 3.9, -5.4, 12.6]
const MINIMIZERS: Record<string, number[]> = {
  branin: [Math.PI, 2.275],
  hartmann6: [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573],
  ackley5: shift,
  levy4: [1, 1, 1, 1],
  rosenbrock4: [1, 1, 1, 1],
  griewank5: [113, -87, 41, -152, 66],
  styblinski5: Array(5).fill(-2.903534),
  sincos2: [-Math.PI / 2, Math.PI],
}

it.each(Object.entries(MINIMIZERS))('%s has its optimum at the known place', (name, x) => {
  const { value, optimum } = SYNTHETIC.find((problem) => problem.name === name)!
  expect(value(Object.fromEntries(x.map((u, i) => [`x${i}`, u])))).toBeCloseTo(optimum, 6)
})

const BRANCHING_MINIMIZERS: Record<string, ParameterValues> = {
  branches: { kind: 'wave', shared: 1.3, waves: 7, smooth: true, width: 0.37 },
  solver: {
    solver: 'sgd',
    learningRate: 10 ** (Math.log10(0.13) - 0.1),
    momentum: 0.87,
    decay: 10 ** -4.3,
    batch: 128,
    nesterov: true,
  },
  depth: {
    layers: 3,
    units1: 210,
    units2: 120,
    units3: 60,
    dropout: 0.3,
    learningRate: 10 ** -2.9,
    activation: 'gelu',
  },
  pipeline: { scaling: 'standard', model: 'kernel', cost: 10 ** 1.2, width: 10 ** -1.9 },
  boosting: {
    rate: 10 ** 1.35 / 1000,
    rounds: 1000,
    depth: 9,
    subsample: 0.7,
    bins: 128,
    growth: 'leaf',
    loss: 'c',
  },
}

it.each(BRANCHING)('$name has its optimum where it was put, and random points are above', (problem) => {
  const { name, value, optimum, space } = problem
  const minimizer = BRANCHING_MINIMIZERS[name]!
  expect(checkParams(space, minimizer)).toEqual([])
  expect(value(minimizer)).toBeCloseTo(optimum, 9)
  const encoded = encodeSpace(space)
  const random = Random.fromSeed(1)
  for (let k = 0; k < 500; k++) {
    expect(value(decode(encoded, randomPoint(encoded, random)))).toBeGreaterThan(optimum)
  }
})
