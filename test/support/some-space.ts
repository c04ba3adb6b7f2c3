import fc from 'fast-check'
import type { ParameterSpec, SearchSpace } from '../../src/domain/search-space.ts'

const scale = fc.constantFrom('linear', 'log', 'reverseLog')
const magnitude = fc.integer({ min: -9, max: 9 }).map((power) => 10 ** power)

const float = fc
  .record({ low: magnitude, factor: fc.double({ min: 1.001, max: 1e6, noNaN: true }), scale })
  .map(
    ({ low, factor, scale: kind }) => ({ type: 'float', min: low, max: low * factor, scale: kind }) as const,
  )
const steppedFloat = fc
  .record({ min: fc.integer({ min: -50, max: 50 }), steps: fc.integer({ min: 1, max: 40 }), step: magnitude })
  .map(
    ({ min, steps, step }) =>
      ({ type: 'float', min: min * step, max: (min + steps) * step, scale: 'linear', step }) as const,
  )
const int = fc
  .record({
    min: fc.integer({ min: 1, max: 1e6 }),
    width: fc.nat(1e6),
    step: fc.integer({ min: 1, max: 50 }),
    scale,
  })
  .map(({ min, width, step, scale: kind }) => {
    const fits = Math.min(step, Math.max(width, 1))
    return { type: 'int', min, max: min + width, scale: kind, step: fits } as const
  })
const values = fc.uniqueArray(fc.oneof(fc.integer({ min: -9, max: 99 }), fc.constantFrom('a', 'b', 'c')), {
  minLength: 1,
  maxLength: 6,
})
const list = fc.oneof(
  values.map((choices) => ({ type: 'categorical', choices }) as const),
  values.map((ordered) => ({ type: 'ordinal', values: ordered }) as const),
)

/** Sound spaces of up to a dozen parameters, each of which may depend on an earlier list. */
export const someSpace: fc.Arbitrary<SearchSpace> = fc
  .array(fc.tuple(fc.oneof(float, steppedFloat, int, list), fc.nat(), fc.boolean()), {
    minLength: 1,
    maxLength: 12,
  })
  .map((drawn) => ({ parameters: drawn.reduce(addParameter, []), constraints: [] }))

function addParameter(
  earlier: ParameterSpec[],
  [spec, choice, dependent]: [object, number, boolean],
): ParameterSpec[] {
  const parents = earlier.filter(({ type }) => type === 'categorical' || type === 'ordinal')
  const parent = parents[choice % Math.max(parents.length, 1)]
  const allowed = parent && ('choices' in parent ? parent.choices : 'values' in parent ? parent.values : [])
  const when =
    dependent && parent && allowed ? { when: { [parent.name]: allowed.slice(0, 1 + (choice % 2)) } } : {}
  return [...earlier, { name: `p${earlier.length}`, ...spec, ...when } as unknown as ParameterSpec]
}
