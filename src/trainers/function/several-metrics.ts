import type { TestFunction } from './test-function.ts'

const { PI, cos, exp, sin, sqrt } = Math

/**
 * Test functions of several objectives or with outcome constraints. Their second and third metrics are `value2` and
 * `value3`, the bounded ones `constraint1` and `constraint2`; all objectives are minimized.
 */
export const SEVERAL_METRICS = {
  // Belakaria, Deshwal and Doppa, "Max-value entropy search for multi-objective optimization", NeurIPS 2019.
  'branin-currin': {
    dimensions: { min: 2, max: 2, default: 2 },
    box: () => [0, 1],
    optimum: () => undefined,
    optimalPoint: () => undefined,
    evaluate: ([a, b]) => branin(15 * a! - 5, 15 * b!),
    more: { value2: ([a, b]) => currin(a!, b!) },
    metrics: [
      { name: 'value', goal: 'minimize' },
      { name: 'value2', goal: 'minimize' },
    ],
  },
  // Zitzler, Deb and Thiele, Evolutionary Computation 8, 2000: the front is value2 = 1 - sqrt(value).
  zdt1: {
    dimensions: { min: 2, max: 100, default: 5 },
    box: () => [0, 1],
    optimum: () => undefined,
    optimalPoint: () => undefined,
    evaluate: ([a]) => a!,
    more: {
      value2: ([a, ...rest]) => {
        const g = 1 + (9 * rest.reduce((sum, v) => sum + v, 0)) / rest.length
        return g * (1 - sqrt(a! / g))
      },
    },
    metrics: [
      { name: 'value', goal: 'minimize' },
      { name: 'value2', goal: 'minimize' },
    ],
  },
  // Deb, Thiele, Laumanns and Zitzler, "Scalable multi-objective optimization test problems", CEC 2002: the front is
  // the part of the unit sphere where all objectives are positive.
  dtlz2: {
    dimensions: { min: 3, max: 100, default: 5 },
    box: () => [0, 1],
    optimum: () => undefined,
    optimalPoint: () => undefined,
    evaluate: (x) => dtlz2Radius(x) * cos((x[0]! * PI) / 2) * cos((x[1]! * PI) / 2),
    more: {
      value2: (x) => dtlz2Radius(x) * cos((x[0]! * PI) / 2) * sin((x[1]! * PI) / 2),
      value3: (x) => dtlz2Radius(x) * sin((x[0]! * PI) / 2),
    },
    metrics: [
      { name: 'value', goal: 'minimize' },
      { name: 'value2', goal: 'minimize' },
      { name: 'value3', goal: 'minimize' },
    ],
  },
  // Binh and Korn, 1997.
  'binh-korn': {
    dimensions: { min: 2, max: 2, default: 2 },
    box: (i) => (i === 0 ? [0, 5] : [0, 3]),
    optimum: () => undefined,
    optimalPoint: () => undefined,
    evaluate: ([a, b]) => 4 * a! ** 2 + 4 * b! ** 2,
    more: {
      value2: ([a, b]) => (a! - 5) ** 2 + (b! - 5) ** 2,
      constraint1: ([a, b]) => (a! - 5) ** 2 + b! ** 2,
      constraint2: ([a, b]) => (a! - 8) ** 2 + (b! + 3) ** 2,
    },
    metrics: [
      { name: 'value', goal: 'minimize' },
      { name: 'value2', goal: 'minimize' },
      { name: 'constraint1', role: 'constraint', max: 25 },
      { name: 'constraint2', role: 'constraint', min: 7.7 },
    ],
  },
  // Gardner, Kusner, Xu, Weinberger and Cunningham, "Bayesian optimization with inequality constraints", ICML 2014,
  // first simulation.
  gardner: {
    dimensions: { min: 2, max: 2, default: 2 },
    box: () => [0, 6],
    optimum: () => undefined,
    optimalPoint: () => undefined,
    evaluate: ([a, b]) => cos(2 * a!) * cos(b!) + sin(a!),
    more: { constraint1: ([a, b]) => cos(a!) * cos(b!) - sin(a!) * sin(b!) },
    metrics: [
      { name: 'value', goal: 'minimize' },
      { name: 'constraint1', role: 'constraint', max: 0.5 },
    ],
  },
} as const satisfies Readonly<Record<string, TestFunction>>

function branin(a: number, b: number): number {
  const valley = (b - (5.1 / (4 * PI ** 2)) * a ** 2 + (5 / PI) * a - 6) ** 2
  return valley + 10 * (1 - 1 / (8 * PI)) * cos(a) + 10
}

function currin(a: number, b: number): number {
  const factor = b === 0 ? 1 : 1 - exp(-1 / (2 * b))
  return (
    (factor * (2300 * a ** 3 + 1900 * a ** 2 + 2092 * a + 60)) / (100 * a ** 3 + 500 * a ** 2 + 4 * a + 20)
  )
}

function dtlz2Radius(x: readonly number[]): number {
  return 1 + x.slice(2).reduce((sum, v) => sum + (v - 0.5) ** 2, 0)
}
