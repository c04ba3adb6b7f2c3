import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'

export interface Problem {
  readonly name: string
  readonly space: SearchSpace
  /** Minimized; without noise. */
  readonly value: (params: ParameterValues) => number
  readonly optimum: number
  readonly trials: number
  /** Standard deviation of the noise on what the optimizer is told. */
  readonly noise?: number
}

const float = (name: string, min: number, max: number, scale: 'linear' | 'log' = 'linear') =>
  ({ name, type: 'float', min, max, scale }) as const
const box = (dimensions: number, min: number, max: number): SearchSpace => ({
  parameters: Array.from({ length: dimensions }, (_, i) => float(`x${i}`, min, max)),
  constraints: [],
})
const numbers = (params: ParameterValues): number[] => Object.values(params).map(Number)

const sineCosine: Problem = {
  name: 'sine-cosine',
  space: box(2, -10, 10),
  value: (params) => Math.sin(Number(params.x0)) + Math.cos(Number(params.x1)),
  optimum: -2,
  trials: 60,
}

const branin: Problem = {
  name: 'branin',
  space: { parameters: [float('x0', -5, 10), float('x1', 0, 15)], constraints: [] },
  value: (params) => {
    const [a = 0, b = 0] = numbers(params)
    const bowl = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6
    return bowl * bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10
  },
  optimum: 0.39788735772973816,
  trials: 60,
}

// Dixon and Szegö (1978).
const HARTMANN = {
  heights: [1, 1.2, 3, 3.2],
  widths: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  centres: [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
}
const hartmann6: Problem = {
  name: 'hartmann6',
  space: box(6, 0, 1),
  value: (params) => {
    const x = numbers(params)
    const exponent = (row: number) =>
      x.reduce((sum, u, j) => sum + HARTMANN.widths[row]![j]! * (u - HARTMANN.centres[row]![j]!) ** 2, 0)
    return -HARTMANN.heights.reduce((sum, height, row) => sum + height * Math.exp(-exponent(row)), 0)
  },
  optimum: -3.322368011415515,
  trials: 60,
}

const rosenbrock4: Problem = {
  name: 'rosenbrock4',
  space: box(4, -5, 10),
  value: (params) => {
    const x = numbers(params)
    return x.slice(1).reduce((sum, b, i) => sum + 100 * (b - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0)
  },
  optimum: 0,
  trials: 60,
}

const styblinski5: Problem = {
  name: 'styblinski5',
  space: box(5, -5, 5),
  value: (params) => numbers(params).reduce((sum, x) => sum + (x ** 4 - 16 * x * x + 5 * x) / 2, 0),
  optimum: -39.16616570377142 * 5,
  trials: 60,
}

/** Like training a network: a valley between learning rate, momentum and batch size, and a cliff beyond it. */
const valley: Problem = {
  name: 'noisy-valley',
  space: {
    parameters: [
      float('learningRate', 1e-6, 1, 'log'),
      float('weightDecay', 1e-8, 0.1, 'log'),
      float('momentum', 0, 0.99),
      { name: 'batch', type: 'int', min: 8, max: 512, scale: 'log', step: 1 },
    ],
    constraints: [],
  },
  value: (params) => {
    const [rate = 0, decay = 0, momentum = 0, batch = 0] = numbers(params)
    const effective = Math.log10(rate) - Math.log10(1 - momentum) - 0.5 * Math.log10(batch / 64)
    if (effective > -1.25) return 2.3 + 0.3 * Math.min(effective + 1.25, 2)
    const off = effective + 1.6
    const bend = 0.5 * Math.max(0, momentum - 0.93) + 0.06 * (0.9 - momentum) ** 2
    const size = 0.02 * Math.abs(Math.log2(batch / 64)) + 0.03 * (Math.log10(decay) + 4.2) ** 2
    return 0.12 + 0.16 * Math.log1p((off * off) / 0.08) + 0.05 * Math.max(0, -off) + size + bend
  },
  optimum: 0.12,
  trials: 60,
  noise: 0.02,
}

/** Three branches with parameters of their own; the best one is the hardest to see from afar. */
const branches: Problem = {
  name: 'conditional',
  space: {
    parameters: [
      { name: 'kind', type: 'categorical', choices: ['flat', 'bowl', 'wave'] },
      float('shared', -5, 5),
      { ...float('bowlX', -5, 5), when: { kind: ['bowl'] } },
      { ...float('bowlRate', 1e-4, 1, 'log'), when: { kind: ['bowl'] } },
      { name: 'waves', type: 'int', min: 1, max: 12, scale: 'linear', step: 1, when: { kind: ['wave'] } },
      { name: 'smooth', type: 'categorical', choices: [true, false], when: { kind: ['wave'] } },
      { ...float('width', 0, 1), when: { smooth: [true] } },
    ],
    constraints: [],
  },
  value: ({ kind, shared, bowlX, bowlRate, waves, smooth, width }) => {
    const base = 0.1 * (Number(shared) - 1.3) ** 2
    if (kind === 'flat') return base + 0.6
    if (kind === 'bowl')
      return base + 0.1 + 0.2 * (Number(bowlX) + 2.1) ** 2 + (Math.log10(Number(bowlRate)) + 1.7) ** 2
    const ripple = 0.05 * (Number(waves) - 7) ** 2
    return base + ripple + (smooth ? 4 * (Number(width) - 0.37) ** 2 : 0.3)
  },
  optimum: 0,
  trials: 60,
}

export const PROBLEMS: readonly Problem[] = [
  sineCosine,
  branin,
  hartmann6,
  rosenbrock4,
  styblinski5,
  valley,
  branches,
]
