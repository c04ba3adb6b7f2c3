import type { ParameterValues } from '../../domain/search-space.ts'
import { encode } from '../space/encode.ts'
import type { Surrogate } from './surrogate.ts'

/**
 * The one of several trials whose values are expected to do best. Where results are noisy the best of many is as likely
 * the luckiest; the model has seen its neighbours too, and further runs of it. Points that nobody has tried are not
 * considered.
 *
 * @param tried at least one.
 */
export function recommend<Tried extends { readonly params: ParameterValues }>(
  { encoded, expectedAt }: Surrogate,
  tried: readonly Tried[],
): Tried {
  const expected = expectedAt(tried.map(({ params }) => encode(encoded, params)))
  return tried.reduce(
    (best, one, i) => (expected[i]! < best.expected ? { one, expected: expected[i]! } : best),
    {
      one: tried[0]!,
      expected: expected[0]!,
    },
  ).one
}
