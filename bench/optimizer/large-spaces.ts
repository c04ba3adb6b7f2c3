import type { ParameterSpec, SearchSpace } from '../../src/domain/search-space.ts'

/** Spaces of many parameters, or of many choices: where a proposal has most to look at. */
export const LARGE_SPACES: Readonly<Record<string, SearchSpace>> = {
  '1 x 10,000 choices': of(1, (name) => choices(name, 10_000)),
  '5 x 1,000 choices': of(5, (name) => choices(name, 1000)),
  '20 x 1,000 choices': of(20, (name) => choices(name, 1000)),
  '50 x 100 choices': of(50, (name) => choices(name, 100)),
  '50 switches': of(50, (name) => choices(name, 2)),
  '200 switches': of(200, (name) => choices(name, 2)),
  '50 floats': of(50, float),
  '200 floats': of(200, float),
  '200 mixed': of(200, mixed),
}

function of(count: number, parameter: (name: string, i: number) => ParameterSpec): SearchSpace {
  return { parameters: Array.from({ length: count }, (_, i) => parameter(`x${i}`, i)), constraints: [] }
}

function float(name: string): ParameterSpec {
  return { name, type: 'float', min: -2, max: 3, scale: 'linear' }
}

/** Categories by numbers of the same range, so that one function serves all spaces. */
function choices(name: string, count: number): ParameterSpec {
  const values = Array.from({ length: count }, (_, i) => -2 + (5 * i) / (count - 1))
  return { name, type: 'categorical', choices: values }
}

/** Two floats, a short and a long lattice and a category of each five; every tenth is there for half of a category's values. */
function mixed(name: string, i: number): ParameterSpec {
  switch (i % 5) {
    case 1:
      return { name, type: 'int', min: -2, max: 3, scale: 'linear', step: 1 }
    case 2:
      return { ...float(name), step: 0.01 } as ParameterSpec
    case 3:
      return choices(name, 6)
    default:
      return i % 10 === 9 ? { ...float(name), when: { [`x${i - 1}`]: [-2, -1, 0] } } : float(name)
  }
}
