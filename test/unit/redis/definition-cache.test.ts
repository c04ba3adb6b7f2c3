import { expect, it } from 'vitest'
import type { StudyId } from '../../../src/domain/ids.ts'
import { createDefinitionCache } from '../../../src/redis/definition-cache.ts'
import { aDefinition } from '../../support/simulate.ts'

const SPACE = {
  parameters: [{ name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' }],
  constraints: [],
} as const
const textOf = (name: string) => JSON.stringify(aDefinition(SPACE, { name }))
const idOf = (i: number) => `study ${i}` as StudyId

it('parses a definition once, and again when it has become another', () => {
  const cache = createDefinitionCache()

  const first = cache.decode(idOf(0), textOf('a'))

  expect(cache.decode(idOf(0), textOf('a'))).toBe(first)
  expect(cache.decode(idOf(0), textOf('b')).name).toBe('b')
  expect(cache.get(idOf(0))?.name).toBe('b')
})

it('keeps what is read now and then, and forgets what nobody reads', () => {
  const cache = createDefinitionCache()
  const used = cache.decode(idOf(0), textOf('used'))
  cache.decode(idOf(1), textOf('unused'))

  for (let i = 2; i < 500; i++) {
    cache.decode(idOf(i), textOf('other'))
    expect(cache.decode(idOf(0), textOf('used'))).toBe(used)
  }

  expect(cache.get(idOf(1))).toBeUndefined()
  expect(cache.get(idOf(499))?.name).toBe('other')
})
