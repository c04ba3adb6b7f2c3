import type { ParameterSpec, SearchSpace } from '../../src/domain/search-space.ts'

export function space(
  parameters: readonly ParameterSpec[],
  constraints: readonly string[] = [],
): SearchSpace {
  return { parameters, constraints }
}

export function float(
  name: string,
  min: number,
  max: number,
  scale: 'linear' | 'log' | 'reverseLog' = 'linear',
) {
  return { name, type: 'float', min, max, scale } as const
}

export function int(name: string, min: number, max: number, step = 1) {
  return { name, type: 'int', min, max, scale: 'linear', step } as const
}

export function choice(name: string, ...choices: (string | number | boolean)[]) {
  return { name, type: 'categorical', choices } as const
}

/** Every kind of parameter, conditions two deep, and constraints. */
export const MIXED: SearchSpace = space(
  [
    choice('optimizer', 'adam', 'sgd', 'none'),
    float('learningRate', 1e-5, 1, 'log'),
    { ...float('momentum', 0.5, 0.999, 'reverseLog'), when: { optimizer: ['sgd'] } },
    { ...choice('nesterov', true, false), when: { optimizer: ['sgd'] } },
    { ...float('damping', 0, 1), step: 0.1, when: { nesterov: [true] } },
    { name: 'units', type: 'int', min: 1, max: 1000, scale: 'log', step: 1 },
    int('layers', 1, 9, 2),
    { name: 'batch', type: 'ordinal', values: [16, 32, 64, 128] },
    choice('only', 'one'),
  ],
  ['units * layers <= 2000', 'momentum + damping < 1.5', 'not (optimizer == "none" and batch > 64)'],
)
