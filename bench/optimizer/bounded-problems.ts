import type { Metric, MetricConstraint, MetricValues } from '../../src/domain/metric.ts'
import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import { ackley, HARTMANN6, hartmann } from './classics.ts'
import { cube, float, int } from './tuning-like.ts'

/** A value to be minimized under bounds, all of them unknown before a trial is measured. */
export interface BoundedProblem {
  readonly name: string
  readonly trials: number
  readonly space: SearchSpace
  readonly metrics: readonly Metric[]
  readonly measure: (params: ParameterValues) => MetricValues
}

const { SQRT2, hypot, log2, log10, sqrt } = Math

/** @param excesses of each bound; 0 and below is within. */
function bounded(
  name: string,
  trials: number,
  parameters: SearchSpace['parameters'],
  value: (x: number[], params: ParameterValues) => number,
  excesses: (x: number[]) => number[],
): BoundedProblem {
  const numbersOf = (params: ParameterValues) => parameters.map((parameter) => Number(params[parameter.name]))
  const count = excesses(parameters.map((spec) => ('min' in spec ? spec.min : 0))).length
  const bounds = Array.from(
    { length: count },
    (_, k): MetricConstraint => ({ name: `g${k + 1}`, role: 'constraint', max: 0 }),
  )
  const measure = (params: ParameterValues) => {
    const x = numbersOf(params)
    const told = excesses(x).map((excess, k) => [bounds[k]!.name, excess])
    return { value: value(x, params), ...Object.fromEntries(told) }
  }
  const metrics = [{ name: 'value', goal: 'minimize' } as const, ...bounds]
  return { name, trials, space: { parameters, constraints: [] }, metrics, measure }
}

const sum = (x: readonly number[]) => x.reduce((total, one) => total + one, 0)
const hartmann6 = hartmann(HARTMANN6)

/** A tension spring as light as can be; shear stress, deflection, surge frequency, diameter (Arora, 1989). */
const spring = bounded(
  'spring3, 4 bounds',
  60,
  [float('wire', 0.05, 2), float('coil', 0.25, 1.3), float('coils', 2, 15)],
  ([d, c, n]) => (n! + 2) * c! * d! ** 2,
  ([d, c, n]) => [
    1 - (c! ** 3 * n!) / (71785 * d! ** 4),
    (4 * c! ** 2 - d! * c!) / (12566 * (c! * d! ** 3 - d! ** 4)) + 1 / (5108 * d! ** 2) - 1,
    1 - (140.45 * d!) / (c! ** 2 * n!),
    (d! + c!) / 1.5 - 1,
  ],
)

/** A welded beam as cheap as can be; stresses, deflection, buckling load (Rao, 1996). */
const beam = bounded(
  'beam4, 5 bounds',
  80,
  [float('weld', 0.125, 10), float('length', 0.1, 10), float('height', 0.1, 10), float('width', 0.1, 10)],
  ([h, l, t, b]) => 1.10471 * h! ** 2 * l! + 0.04811 * t! * b! * (14 + l!),
  ([h, l, t, b]) => {
    const [load, reach, young, shear] = [6000, 14, 30e6, 12e6]
    const arm = sqrt(l! ** 2 / 4 + ((h! + t!) / 2) ** 2)
    const polar = 2 * SQRT2 * h! * l! * (l! ** 2 / 12 + ((h! + t!) / 2) ** 2)
    const direct = load / (SQRT2 * h! * l!)
    const twisting = (load * (reach + l! / 2) * arm) / polar
    const stress = sqrt(direct ** 2 + (direct * twisting * l!) / arm + twisting ** 2)
    const stiffness = (4.013 * young * sqrt((t! ** 2 * b! ** 6) / 36)) / reach ** 2
    const buckling = stiffness * (1 - (t! / (2 * reach)) * sqrt(young / (4 * shear)))
    return [
      stress - 13600,
      (6 * load * reach) / (b! * t! ** 2) - 30000,
      h! - b!,
      (4 * load * reach ** 3) / (young * t! ** 3 * b!) - 0.25,
      load - buckling,
    ]
  },
)

/** A speed reducer as light as can be (Golinski, 1970). */
const reducer = bounded(
  'reducer7, 11 bounds',
  60,
  [
    float('face', 2.6, 3.6),
    float('module', 0.7, 0.8),
    int('teeth', 17, 28),
    float('length1', 7.3, 8.3),
    float('length2', 7.3, 8.3),
    float('shaft1', 2.9, 3.9),
    float('shaft2', 5, 5.5),
  ],
  ([f, m, z, l1, l2, d1, d2]) =>
    0.7854 * f! * m! ** 2 * (3.3333 * z! ** 2 + 14.9334 * z! - 43.0934) -
    1.508 * f! * (d1! ** 2 + d2! ** 2) +
    7.4777 * (d1! ** 3 + d2! ** 3) +
    0.7854 * (l1! * d1! ** 2 + l2! * d2! ** 2),
  ([f, m, z, l1, l2, d1, d2]) => [
    27 / (f! * m! ** 2 * z!) - 1,
    397.5 / (f! * m! ** 2 * z! ** 2) - 1,
    (1.93 * l1! ** 3) / (m! * z! * d1! ** 4) - 1,
    (1.93 * l2! ** 3) / (m! * z! * d2! ** 4) - 1,
    hypot((745 * l1!) / (m! * z!), sqrt(16.9e6)) / (110 * d1! ** 3) - 1,
    hypot((745 * l2!) / (m! * z!), sqrt(157.5e6)) / (85 * d2! ** 3) - 1,
    (m! * z!) / 40 - 1,
    (5 * m!) / f! - 1,
    f! / (12 * m!) - 1,
    (1.5 * d1! + 1.9) / l1! - 1,
    (1.1 * d2! + 1.9) / l2! - 1,
  ],
)

const weightCount = (layers: number, width: number) => 75 * width + (layers - 1) * (width + 1) * width + 10

/** A network of at most so many weights, where the smallest has 4,810. */
export const network = (name: string, most: number) =>
  bounded(
    name,
    50,
    [
      int('layers', 1, 6),
      int('width', 64, 1024, 'log'),
      float('learningRate', 1e-4, 1, 'log'),
      float('decay', 1e-6, 0.1, 'log'),
      { name: 'batchSize', type: 'categorical', choices: [16, 32, 64, 128] },
    ],
    ([layers, width, rate, decay], { batchSize }) =>
      2 +
      0.3 * (log10(rate!) + 2.5) ** 2 +
      0.1 * Math.abs(layers! - 2) -
      0.15 * log2(width!) +
      0.05 * (log10(decay!) + 4) ** 2 +
      (batchSize === 32 ? 0 : 0.05),
    ([layers, width]) => [weightCount(layers!, width!) - most],
  )

export const BOUNDED: readonly BoundedProblem[] = [
  spring,
  beam,
  reducer,
  // As in Eriksson and Poloczek, "Scalable constrained Bayesian optimization", AISTATS 2021.
  bounded('ackley10, 2 bounds', 100, cube(10, -5, 10), ackley, (x) => [sum(x), hypot(...x) - 5]),
  // Two thousandths of the cube are within it.
  bounded('sum6 in hartmann6', 80, cube(6, 0, 1), sum, (x) => [hartmann6(x) + 2.5]),
  network('network, few within', 5600),
  network('network, none within', 4000),
]
