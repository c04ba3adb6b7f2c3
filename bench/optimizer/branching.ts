import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import type { Problem } from './problems.ts'
import { float, int } from './tuning-like.ts'

/**
 * Conditional and mixed problems of our own, shaped like the tuning of whole pipelines: which parameters there are
 * depends on others. Every optimum is off the middle of its ranges.
 */

const BRANCHES_SPACE: SearchSpace = {
  parameters: [
    { name: 'kind', type: 'categorical', choices: ['flat', 'bowl', 'wave'] },
    float('shared', -5, 5),
    { ...float('bowlX', -5, 5), when: { kind: ['bowl'] } },
    { ...float('bowlRate', 1e-4, 1, 'log'), when: { kind: ['bowl'] } },
    { ...int('waves', 1, 12), when: { kind: ['wave'] } },
    { name: 'smooth', type: 'categorical', choices: [true, false], when: { kind: ['wave'] } },
    { ...float('width', 0, 1), when: { smooth: [true] } },
  ],
  constraints: [],
}

/** Three branches with parameters of their own; the best one is the hardest to see from afar. */
function branches({ kind, shared, bowlX, bowlRate, waves, smooth, width }: ParameterValues): number {
  const base = 0.1 * (Number(shared) - 1.3) ** 2
  if (kind === 'flat') return base + 0.6
  if (kind === 'bowl')
    return base + 0.1 + 0.2 * (Number(bowlX) + 2.1) ** 2 + (Math.log10(Number(bowlRate)) + 1.7) ** 2
  const ripple = 0.05 * (Number(waves) - 7) ** 2
  return base + ripple + (smooth ? 4 * (Number(width) - 0.37) ** 2 : 0.3)
}

const SOLVER_SPACE: SearchSpace = {
  parameters: [
    { name: 'solver', type: 'categorical', choices: ['sgd', 'adam', 'lbfgs'] },
    { ...float('learningRate', 1e-5, 1, 'log'), when: { solver: ['sgd', 'adam'] } },
    { ...float('momentum', 0, 0.99), when: { solver: ['sgd'] } },
    { ...float('beta2', 0.8, 0.9999, 'reverseLog'), when: { solver: ['adam'] } },
    { ...int('history', 3, 30), when: { solver: ['lbfgs'] } },
    float('decay', 1e-7, 0.1, 'log'),
    { name: 'batch', type: 'ordinal', values: [16, 32, 64, 128, 256, 512] },
    { name: 'nesterov', type: 'categorical', choices: [true, false], when: { solver: ['sgd'] } },
  ],
  constraints: [],
}

/** The best learning rate depends on the solver, the momentum and the batch; the two best solvers are close. */
function solver(params: ParameterValues): number {
  const { solver: kind, nesterov } = params
  const [rate, momentum, beta2, decay, batch] = ['learningRate', 'momentum', 'beta2', 'decay', 'batch'].map(
    (name) => Number(params[name]),
  )
  const size = Math.log2(batch! / 64)
  const base = 0.05 * (Math.log10(decay!) + 4.3) ** 2 + 0.02 * (size - 1) ** 2
  if (kind === 'lbfgs') return base + 0.5 + 0.001 * (Number(params.history) - 12) ** 2
  if (kind === 'adam') {
    const off = Math.log10(rate!) + 2.9 - 0.15 * size
    return base + 0.06 + 0.3 * off * off + 0.1 * (Math.log10(1 - beta2!) + 2.3) ** 2
  }
  const off = Math.log10(rate!) - Math.log10(1 - momentum!) + 0.4 - 0.3 * size
  const over = off > 0.7 ? 1.5 : 0
  return base + 0.25 * off * off + over + 0.8 * (momentum! - 0.87) ** 2 + (nesterov ? 0 : 0.03)
}

const DEPTH_SPACE: SearchSpace = {
  parameters: [
    int('layers', 1, 4),
    int('units1', 8, 512, 'log'),
    { ...int('units2', 8, 512, 'log'), when: { layers: [2, 3, 4] } },
    { ...int('units3', 8, 512, 'log'), when: { layers: [3, 4] } },
    { ...int('units4', 8, 512, 'log'), when: { layers: [4] } },
    float('dropout', 0, 0.8),
    float('learningRate', 1e-5, 0.3, 'log'),
    { name: 'activation', type: 'categorical', choices: ['relu', 'tanh', 'gelu', 'swish'] },
  ],
  constraints: [],
}
const ACTIVATION_COST: Readonly<Record<string, number>> = { relu: 0.04, tanh: 0.15, gelu: 0, swish: 0.07 }

/** Widths that exist only in deep enough networks; each has its own best value, and depth wants a smaller rate. */
function depth(params: ParameterValues): number {
  const layers = Number(params.layers)
  const widths = [210, 120, 60, 30]
  const width = widths
    .slice(0, layers)
    .reduce((sum, best, k) => sum + 0.03 * Math.log2(Number(params[`units${k + 1}`]) / best) ** 2, 0)
  const shallow = [0.5, 0.2, 0, 0.06][layers - 1]!
  const off = Math.log10(Number(params.learningRate)) + 1.7 + 0.4 * layers
  const dropout = 0.6 * (Number(params.dropout) - 0.1 * layers) ** 2
  return shallow + width + 0.2 * off * off + dropout + ACTIVATION_COST[String(params.activation)]!
}

const PIPELINE_SPACE: SearchSpace = {
  parameters: [
    { name: 'scaling', type: 'categorical', choices: ['none', 'standard', 'quantile'] },
    { name: 'model', type: 'categorical', choices: ['trees', 'linear', 'kernel', 'neighbours'] },
    { ...int('trees', 10, 1000, 'log'), when: { model: ['trees'] } },
    { ...int('depth', 2, 20), when: { model: ['trees'] } },
    { ...float('features', 0.1, 1), when: { model: ['trees'] } },
    { ...float('l2', 1e-6, 100, 'log'), when: { model: ['linear'] } },
    { ...float('cost', 1e-3, 1000, 'log'), when: { model: ['kernel'] } },
    { ...float('width', 1e-4, 10, 'log'), when: { model: ['kernel'] } },
    { ...int('neighbours', 1, 50, 'log'), when: { model: ['neighbours'] } },
    { name: 'weights', type: 'categorical', choices: ['even', 'distance'], when: { model: ['neighbours'] } },
  ],
  constraints: [],
}

/** A choice of a model: the best one is only best when tuned, and wants the inputs scaled. */
function pipeline(params: ParameterValues): number {
  const unscaled = params.scaling === 'none' ? 1 : params.scaling === 'standard' ? 0 : 0.25
  const at = (name: string) => Number(params[name])
  switch (params.model) {
    case 'trees':
      return (
        0.2 +
        0.04 * Math.log10(1000 / at('trees')) +
        0.002 * (at('depth') - 11) ** 2 +
        0.2 * (at('features') - 0.35) ** 2
      )
    case 'linear':
      return 0.35 + 0.2 * unscaled + 0.01 * (Math.log10(at('l2')) + 1) ** 2
    case 'kernel': {
      const [cost, width] = [Math.log10(at('cost')) - 1.2, Math.log10(at('width')) + 1.9]
      return Math.min(0.9, 0.3 * unscaled + 0.06 * (cost + width) ** 2 + 0.12 * (cost - width) ** 2)
    }
    default:
      return (
        0.3 +
        0.2 * unscaled +
        0.05 * Math.log2(at('neighbours') / 9) ** 2 +
        (params.weights === 'even' ? 0.05 : 0)
      )
  }
}

const BOOSTING_SPACE: SearchSpace = {
  parameters: [
    float('rate', 1e-4, 1, 'log'),
    int('rounds', 10, 2000, 'log'),
    int('depth', 1, 12),
    { ...float('subsample', 0.2, 1), step: 0.1 },
    { name: 'bins', type: 'ordinal', values: [16, 32, 64, 128, 256] },
    { name: 'growth', type: 'categorical', choices: ['level', 'leaf', 'symmetric'] },
    { name: 'loss', type: 'categorical', choices: ['a', 'b', 'c', 'd', 'e'] },
  ],
  constraints: ['rounds * depth <= 12000'],
}
const GROWTH_DEPTH: Readonly<Record<string, number>> = { level: 6, leaf: 9, symmetric: 4 }
const LOSS_COST: Readonly<Record<string, number>> = { a: 0.3, b: 0.12, c: 0, d: 0.2, e: 0.45 }

/** Boosting: few rounds want a large rate, and the best depth depends on how trees grow. */
function boosting(params: ParameterValues): number {
  const at = (name: string) => Number(params[name])
  const progress = Math.log10(at('rate') * at('rounds')) - 1.35
  const deep = at('depth') - GROWTH_DEPTH[String(params.growth)]!
  const growth = params.growth === 'leaf' ? 0 : 0.05
  const rate = 0.04 * Math.max(0, Math.log10(at('rate')) + 1.5) ** 2
  const detail = 0.15 * (at('subsample') - 0.7) ** 2 + 0.01 * Math.log2(at('bins') / 128) ** 2
  return 0.3 * progress ** 2 + 0.012 * deep * deep + growth + rate + detail + LOSS_COST[String(params.loss)]!
}

const BUDGETS = [10, 20, 30, 40, 60]

export const BRANCHING: readonly Problem[] = [
  { name: 'branches', space: BRANCHES_SPACE, value: branches, optimum: 0, budgets: BUDGETS },
  { name: 'solver', space: SOLVER_SPACE, value: solver, optimum: 0, budgets: BUDGETS },
  { name: 'depth', space: DEPTH_SPACE, value: depth, optimum: 0, budgets: BUDGETS },
  { name: 'pipeline', space: PIPELINE_SPACE, value: pipeline, optimum: 0, budgets: BUDGETS },
  { name: 'boosting', space: BOOSTING_SPACE, value: boosting, optimum: 0, noise: 0.02, budgets: BUDGETS },
]
