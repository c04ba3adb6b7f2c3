import type { ParameterValues, Scale, SearchSpace } from '../../src/domain/search-space.ts'

/** Functions of named parameters that behave as the tuning of a network does: mixed and noisy. */

export const float = (name: string, min: number, max: number, scale: Scale = 'linear') =>
  ({ name, type: 'float', min, max, scale }) as const
export const int = (name: string, min: number, max: number, scale: Scale = 'linear') =>
  ({ name, type: 'int', min, max, scale, step: 1 }) as const
export const cube = (dimensions: number, min: number, max: number) =>
  Array.from({ length: dimensions }, (_, i) => float(`x${i + 1}`, min, max))

export const MIXED_SPACE: SearchSpace = {
  parameters: [
    float('x0', -5, 5),
    float('x1', -5, 5),
    int('k', 1, 20),
    { name: 'activation', type: 'categorical', choices: ['relu', 'tanh', 'gelu', 'sine'] },
    { name: 'optimizer', type: 'categorical', choices: ['adam', 'sgd', 'rmsprop'] },
    { name: 'norm', type: 'categorical', choices: [true, false] },
  ],
  constraints: [],
}
// What each choice costs, and where it moves the optimum of the numbers to.
const ACTIVATIONS: Readonly<Record<string, readonly [number, number, number]>> = {
  relu: [0.3, 1.1, -0.7],
  tanh: [0.9, -2, 1.5],
  gelu: [0, 1.6, -1.2],
  sine: [1.8, 0, 3],
}
const OPTIMIZERS: Readonly<Record<string, readonly [number, number]>> = {
  adam: [0, 7],
  sgd: [0.25, 13],
  rmsprop: [0.5, 10],
}

/** A rotated, rippled bowl whose place depends on the categories. */
export function mixed({ x0, x1, k, activation, optimizer, norm }: ParameterValues): number {
  const [activationCost, centre0, centre1] = ACTIVATIONS[String(activation)]!
  const [optimizerCost, bestK] = OPTIMIZERS[String(optimizer)]!
  const [u, v] = [Number(x0) - centre0, Number(x1) - centre1]
  const bowl = 0.12 * u * u + 0.2 * v * v + 0.1 * u * v
  const ripple = 0.15 * (1 - Math.cos(2.2 * u) * Math.cos(1.7 * v))
  const normCost = norm ? 0 : 0.4 + 0.05 * Math.abs(Number(k) - 3)
  return activationCost + optimizerCost + bowl + ripple + 0.012 * (Number(k) - bestK) ** 2 + normCost
}

export const VALLEY_SPACE: SearchSpace = {
  parameters: [
    float('learningRate', 1e-6, 1, 'log'),
    float('weightDecay', 1e-8, 0.1, 'log'),
    float('momentum', 0, 0.99),
    int('batch', 8, 512, 'log'),
  ],
  constraints: [],
}

/** A valley between learning rate, momentum and batch size, and a cliff beyond it. */
export function valley(params: ParameterValues): number {
  const [rate = 0, decay = 0, momentum = 0, batch = 0] = Object.values(params).map(Number)
  const effective = Math.log10(rate) - Math.log10(1 - momentum) - 0.5 * Math.log10(batch / 64)
  if (effective > -1.25) return 2.3 + 0.3 * Math.min(effective + 1.25, 2)
  const off = effective + 1.6
  const bend = 0.5 * Math.max(0, momentum - 0.93) + 0.06 * (0.9 - momentum) ** 2
  const size = 0.02 * Math.abs(Math.log2(batch / 64)) + 0.03 * (Math.log10(decay) + 4.2) ** 2
  return 0.12 + 0.16 * Math.log1p((off * off) / 0.08) + 0.05 * Math.max(0, -off) + size + bend
}
