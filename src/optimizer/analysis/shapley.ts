import type { ParameterValue, ParameterValues } from '../../domain/search-space.ts'
import type { Random } from '../../math/random.ts'
import { encode, type Point } from '../space/encode.ts'
import type { Surrogate } from './surrogate.ts'

export interface Contribution {
  readonly parameter: string
  /** Absent where the parameter is inactive. */
  readonly value?: ParameterValue
  readonly against?: ParameterValue
  /** Part of the predicted difference that is owed to this parameter. */
  readonly contribution: number
}

// 2^12 predictions; beyond, orders are drawn.
const MAX_EXACT = 12
const ORDERS = 256

/**
 * Why one set of values is predicted to come out differently from another: the Shapley values of the parameters in
 * which they differ, under the surrogate's mean, largest effect first. Their sum is the predicted difference.
 */
export function compareValues(
  surrogate: Surrogate,
  values: ParameterValues,
  against: ParameterValues,
): Contribution[] {
  const { encoded, meansAt, toUnit, random } = surrogate
  const [to, from] = [encode(encoded, values), encode(encoded, against)]
  const players = encoded.free.filter((index) => to[index] !== from[index])
  const valuesOf = (sets: readonly (readonly boolean[])[]) =>
    meansAt(sets.map((chosen) => mix(from, to, players, chosen))).map(toUnit)
  const shares =
    players.length <= MAX_EXACT
      ? exactShapley(players.length, valuesOf)
      : sampledShapley(players.length, valuesOf, random.fork('shapley'))
  const contributions = players.map((index, k): Contribution => {
    const { name } = encoded.dimensions[index]!
    return {
      parameter: name,
      ...(Object.hasOwn(values, name) && { value: values[name]! }),
      ...(Object.hasOwn(against, name) && { against: against[name]! }),
      contribution: shares[k]!,
    }
  })
  return contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

function mix(from: Point, to: Point, players: readonly number[], chosen: readonly boolean[]): Point {
  const point = from.slice()
  players.forEach((index, k) => {
    if (chosen[k]) point[index] = to[index]!
  })
  return point
}

/** What each of some sets of players comes to. */
export type ValuesOf = (sets: readonly (readonly boolean[])[]) => readonly number[]

/** The mean gain of each player over all coalitions of the others, by the size of the coalition. */
export function exactShapley(count: number, valuesOf: ValuesOf): number[] {
  const values = valuesOf(
    Array.from({ length: 2 ** count }, (_, set) =>
      Array.from({ length: count }, (__, k) => ((set >> k) & 1) === 1),
    ),
  )
  const weights = Array.from({ length: count }, (_, size) => 1 / (count * binomial(count - 1, size)))
  return Array.from({ length: count }, (_, k) =>
    values.reduce((sum, value, set) => {
      if ((set >> k) & 1) return sum
      return sum + weights[bitsIn(set)]! * (values[set | (1 << k)]! - value)
    }, 0),
  )
}

/** Gains along random orders of joining, each also taken backwards, which cancels much of the noise. */
export function sampledShapley(count: number, valuesOf: ValuesOf, random: Random): number[] {
  const players = Array.from({ length: count }, (_, k) => k)
  const sums = players.map(() => 0)
  for (let pair = 0; pair < ORDERS / 2; pair++) {
    const order = random.shuffle(players)
    for (const one of [order, order.toReversed()]) {
      const places = players.map((k) => one.indexOf(k))
      const values = valuesOf(
        Array.from({ length: count + 1 }, (_, joined) => places.map((place) => place < joined)),
      )
      one.forEach((k, place) => {
        sums[k]! += (values[place + 1]! - values[place]!) / ORDERS
      })
    }
  }
  return sums
}

function binomial(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i
  return result
}

function bitsIn(set: number): number {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count++
  return count
}
