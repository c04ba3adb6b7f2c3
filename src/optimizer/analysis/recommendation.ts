import type { ParameterValues } from '../../domain/search-space.ts'
import { encode, featuresOf } from '../encode.ts'
import type { Surrogate } from './surrogate.ts'

/**
 * The one of several trials that the model expects most of. Where results are noisy the best of many is as likely the
 * luckiest; the model has seen its neighbours too. Points that nobody has tried are not considered.
 *
 * @param tried at least one.
 */
export function recommend<Tried extends { readonly params: ParameterValues }>(
  { encoded, process }: Surrogate,
  tried: readonly Tried[],
): Tried {
  // Smaller is better, whatever the goal.
  const expected = process.means(tried.map(({ params }) => featuresOf(encoded, encode(encoded, params))))
  return tried.reduce(
    (best, one, i) => (expected[i]! < best.expected ? { one, expected: expected[i]! } : best),
    {
      one: tried[0]!,
      expected: expected[0]!,
    },
  ).one
}
