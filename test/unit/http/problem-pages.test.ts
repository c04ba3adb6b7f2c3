import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../../src/domain/errors.ts'
import { readProblemPages } from '../../../src/http/problem-pages.ts'

describe('openapi/problems.md', () => {
  it('has one heading for each error, and none besides', () => {
    expect([...readProblemPages().keys()].toSorted()).toEqual(Object.keys(ERRORS).toSorted())
  })

  it.each(Object.entries(ERRORS))('gives the status of %s and what to do', (code, { status }) => {
    const page = readProblemPages().get(code)

    expect(page).toMatch(new RegExp(`^## ${code}\n\n${status}\\. `))
    expect(page).toContain('What to do: ')
  })
})
