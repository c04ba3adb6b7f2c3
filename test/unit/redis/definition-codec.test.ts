import { describe, expect, it } from 'vitest'
import { PRUNER_KINDS, SAMPLER_KINDS, type StudyDefinition } from '../../../src/domain/study.ts'
import { definitionSchema } from '../../../src/redis/definition-codec.ts'
import { aDefinition } from '../../support/simulate.ts'
import { float, space } from '../../support/spaces.ts'

const definition = aDefinition(space([float('x', 0, 1)]))

describe('a definition that was stored', () => {
  // One that is not would be stored, and the study never be read again.
  it.each([
    ...PRUNER_KINDS.map((kind) => ({ pruner: { kind } })),
    ...SAMPLER_KINDS.map((kind) => ({ sampler: { kind } })),
  ])('is read with %j', (fields) => {
    const stored = { ...definition, ...fields } as StudyDefinition
    expect(definitionSchema.parse(stored)).toEqual(stored)
  })
})
