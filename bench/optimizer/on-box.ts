import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import { cube } from './tuning-like.ts'

/** A cube of plain numbers, and nothing else. */
export function box(dimensions: number, min: number, max: number): SearchSpace {
  return { parameters: cube(dimensions, min, max), constraints: [] }
}

/** A function of a vector as one of parameters that are all numbers, in their order. */
export function ofNumbers(value: (x: readonly number[]) => number): (params: ParameterValues) => number {
  return (params) => value(Object.values(params).map(Number))
}
