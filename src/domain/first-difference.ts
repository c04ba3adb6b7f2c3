import { ownValue } from './own-value.ts'

/**
 * Where two JSON values first differ, as a path and both values; undefined where they are equal. Numbers are equal
 * when their bits are; the order of an object's keys means nothing, and a member that is undefined is absent.
 */
export function firstDifference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (Object.is(expected, actual)) return undefined
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return `${path || 'the value'}: ${show(expected)} became ${show(actual)}`
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const inner = Array.isArray(expected) ? `${path}[${key}]` : `${path}${path && '.'}${key}`
    const difference = firstDifference(ownValue(expected, key), ownValue(actual, key), inner)
    if (difference) return difference
  }
  return undefined
}

type Container = Readonly<Record<string, unknown>>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  return Object.is(value, -0) ? '-0' : JSON.stringify(value)
}
