import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PROBLEMS, SYNTHETIC } from '../../../bench/optimizer/problems.ts'
import { checkParams, type ParameterValues } from '../../../src/domain/search-space.ts'

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
  const { value, optimum } = PROBLEMS.find((problem) => problem.name === name)!
  expect(value(Object.fromEntries(x.map((u, i) => [`x${i}`, u])))).toBeCloseTo(optimum, 6)
})
