import { SEVERAL_METRICS } from './several-metrics.ts'
import type { TestFunction } from './test-function.ts'

const { PI, abs, cos, exp, sin, sqrt } = Math

const fixed = (d: number) => ({ min: d, max: d, default: d })
const free = (d: number, min = 1) => ({ min, max: 100, default: d })
const cube = (low: number, high: number) => () => [low, high] as const
const filled = (value: number) => (d: number) => Array.from({ length: d }, () => value)
const sum = (terms: readonly number[]) => terms.reduce((total, term) => total + term, 0)

/**
 * Classical test functions, to try a search space or a sampler out. Definitions and optima: Surjanovic & Bingham,
 * "Virtual Library of Simulation Experiments" (sfu.ca/~ssurjano), except sine-cosine; all are minimized.
 */
export const FUNCTIONS: Readonly<Record<string, TestFunction>> = {
  'sine-cosine': {
    dimensions: fixed(2),
    box: cube(-10, 10),
    optimum: () => -2,
    optimalPoint: () => [-PI / 2, PI],
    evaluate: ([a, b]) => sin(a!) + cos(b!),
  },
  branin: {
    dimensions: fixed(2),
    box: (i) => (i === 0 ? [-5, 10] : [0, 15]),
    optimum: () => 0.39788735772973816,
    optimalPoint: () => [PI, 2.275],
    evaluate: ([a, b]) =>
      (b! - (5.1 / (4 * PI ** 2)) * a! ** 2 + (5 / PI) * a! - 6) ** 2 +
      10 * (1 - 1 / (8 * PI)) * cos(a!) +
      10,
  },
  sphere: {
    dimensions: free(3),
    box: cube(-5.12, 5.12),
    optimum: () => 0,
    optimalPoint: filled(0),
    evaluate: (x) => sum(x.map((v) => v * v)),
  },
  rosenbrock: {
    dimensions: free(2, 2),
    box: cube(-5, 10),
    optimum: () => 0,
    optimalPoint: filled(1),
    evaluate: (x) => sum(x.slice(1).map((next, i) => 100 * (next - x[i]! ** 2) ** 2 + (x[i]! - 1) ** 2)),
  },
  rastrigin: {
    dimensions: free(2),
    box: cube(-5.12, 5.12),
    optimum: () => 0,
    optimalPoint: filled(0),
    evaluate: (x) => 10 * x.length + sum(x.map((v) => v * v - 10 * cos(2 * PI * v))),
  },
  ackley: {
    dimensions: free(2),
    box: cube(-32.768, 32.768),
    optimum: () => 0,
    optimalPoint: filled(0),
    evaluate: (x) => {
      const meanSquare = sum(x.map((v) => v * v)) / x.length
      const meanCosine = sum(x.map((v) => cos(2 * PI * v))) / x.length
      return -20 * exp(-0.2 * sqrt(meanSquare)) - exp(meanCosine) + 20 + Math.E
    },
  },
  griewank: {
    dimensions: free(2),
    box: cube(-600, 600),
    optimum: () => 0,
    optimalPoint: filled(0),
    evaluate: (x) =>
      sum(x.map((v) => v * v)) / 4000 - x.reduce((product, v, i) => product * cos(v / sqrt(i + 1)), 1) + 1,
  },
  levy: {
    dimensions: free(2),
    box: cube(-10, 10),
    optimum: () => 0,
    optimalPoint: filled(1),
    evaluate: (x) => {
      const w = x.map((v) => 1 + (v - 1) / 4)
      const last = w.at(-1)!
      const middle = sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * sin(PI * v + 1) ** 2)))
      return sin(PI * w[0]!) ** 2 + middle + (last - 1) ** 2 * (1 + sin(2 * PI * last) ** 2)
    },
  },
  'styblinski-tang': {
    dimensions: free(2),
    box: cube(-5, 5),
    optimum: (d) => -39.16616570377142 * d,
    optimalPoint: filled(-2.903534027771178),
    evaluate: (x) => sum(x.map((v) => v ** 4 - 16 * v ** 2 + 5 * v)) / 2,
  },
  michalewicz: {
    dimensions: free(2),
    box: cube(0, PI),
    optimum: (d) => (d === 2 ? -1.8013034100985537 : undefined),
    optimalPoint: (d) => (d === 2 ? [2.202905513296628, PI / 2] : undefined),
    evaluate: (x) => -sum(x.map((v, i) => sin(v) * sin(((i + 1) * v ** 2) / PI) ** 20)),
  },
  'six-hump-camel': {
    dimensions: fixed(2),
    box: (i) => (i === 0 ? [-3, 3] : [-2, 2]),
    optimum: () => -1.0316284534898774,
    optimalPoint: () => [0.08984201368301331, -0.7126564032704135],
    evaluate: ([a, b]) =>
      (4 - 2.1 * a! ** 2 + a! ** 4 / 3) * a! ** 2 + a! * b! + (-4 + 4 * b! ** 2) * b! ** 2,
  },
  beale: {
    dimensions: fixed(2),
    box: cube(-4.5, 4.5),
    optimum: () => 0,
    optimalPoint: () => [3, 0.5],
    evaluate: ([a, b]) =>
      (1.5 - a! + a! * b!) ** 2 + (2.25 - a! + a! * b! ** 2) ** 2 + (2.625 - a! + a! * b! ** 3) ** 2,
  },
  'drop-wave': {
    dimensions: fixed(2),
    box: cube(-5.12, 5.12),
    optimum: () => -1,
    optimalPoint: () => [0, 0],
    evaluate: ([a, b]) => {
      const squared = a! ** 2 + b! ** 2
      return -(1 + cos(12 * sqrt(squared))) / (0.5 * squared + 2)
    },
  },
  eggholder: {
    dimensions: fixed(2),
    box: cube(-512, 512),
    optimum: () => -959.6406627208506,
    optimalPoint: () => [512, 404.2318051372993],
    evaluate: ([a, b]) => -(b! + 47) * sin(sqrt(abs(b! + a! / 2 + 47))) - a! * sin(sqrt(abs(a! - (b! + 47)))),
  },
  hartmann3: {
    dimensions: fixed(3),
    box: cube(0, 1),
    optimum: () => -3.8627797873327,
    optimalPoint: () => [0.11458887, 0.55564889, 0.85254698],
    evaluate: hartmann(
      [
        [3, 10, 30],
        [0.1, 10, 35],
        [3, 10, 30],
        [0.1, 10, 35],
      ],
      [
        [0.3689, 0.117, 0.2673],
        [0.4699, 0.4387, 0.747],
        [0.1091, 0.8732, 0.5547],
        [0.0381, 0.5743, 0.8828],
      ],
    ),
  },
  hartmann6: {
    dimensions: fixed(6),
    box: cube(0, 1),
    optimum: () => -3.322368011391339,
    optimalPoint: () => [0.20168952, 0.15001069, 0.47687398, 0.27533243, 0.31165162, 0.65730053],
    evaluate: hartmann(
      [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
      ],
      [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
      ],
    ),
  },
  ...SEVERAL_METRICS,
}

function hartmann(a: readonly (readonly number[])[], p: readonly (readonly number[])[]) {
  const alpha = [1, 1.2, 3, 3.2]
  return (x: readonly number[]) =>
    -sum(alpha.map((weight, i) => weight * exp(-sum(x.map((v, j) => a[i]![j]! * (v - p[i]![j]!) ** 2)))))
}
