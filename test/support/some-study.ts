import fc from 'fast-check'
import { SAMPLER_KINDS } from '../../src/domain/study.ts'
import { someSpace } from './some-space.ts'

const goal = fc.constantFrom('minimize', 'maximize')
const scale = fc.constantFrom('linear', 'log', undefined)
const bound = fc.constantFrom({ max: 0.7 }, { min: 0.3 }, { min: 0.2, max: 0.8 }, { max: -1 })
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })

/** Metrics of every role, in the order of what `measure` tells. */
const metrics = fc
  .record({ goal, noisy: fc.boolean(), scale, second: maybe(goal), third: maybe(goal), bound: maybe(bound) })
  .map(({ goal: first, noisy, scale: axis, second, third, bound: limits }) => {
    const isSingle = !second && !third
    return [
      { name: 'loss', goal: first, ...(axis && { scale: axis }), ...(noisy && isSingle && { noisy }) },
      ...(second ? [{ name: 'size', goal: second }] : []),
      ...(third ? [{ name: 'seconds', goal: third, ...(axis && { scale: axis }) }] : []),
      ...(limits ? [{ name: 'share', role: 'constraint', ...limits }] : []),
      { name: 'note', role: 'store' },
    ]
  })

const often = { minSteps: 1, minTrials: 3 }
const pruner = fc.constantFrom(
  { kind: 'none' },
  { kind: 'auto' },
  { kind: 'auto', maxSteps: 6 },
  { kind: 'auto', ...often },
  { kind: 'median', ...often },
  { kind: 'successive-halving', ...often },
)

/** So small that it is soon used up. */
const tinySpace = fc.integer({ min: 1, max: 5 }).map((count) => ({
  parameters: [{ name: 'x', type: 'ordinal', values: [1, 2, 3, 4, 5].slice(0, count) }],
}))

/** Requests for studies that somebody else trains: any sampler with any pruner, any space and any metrics. */
export const someStudy = fc
  .record({
    searchSpace: fc.oneof(someSpace, tinySpace),
    metrics,
    sampler: fc.constantFrom(...SAMPLER_KINDS).map((kind) => ({ kind })),
    pruner,
    seed: fc.nat(),
    limits: fc.record({ trials: fc.integer({ min: 1, max: 20 }), parallel: fc.integer({ min: 1, max: 4 }) }),
    endsEarly: fc.boolean(),
  })
  .map(({ endsEarly, ...request }) => {
    const isSingle = request.metrics.filter((metric) => 'goal' in metric).length === 1
    return {
      trainer: { kind: 'external' },
      ...request,
      ...(endsEarly && isSingle && { stopping: { kind: 'advice' } }),
    }
  })
