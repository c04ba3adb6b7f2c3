import { describe, expect, it } from 'vitest'
import { HoneError } from '../../../src/domain/errors.ts'
import { InvalidInput } from '../../../src/http/invalid-input.ts'
import { toProblem } from '../../../src/http/problem.ts'

const context = { url: '/v1/studies?limit=1', requestId: 'req_1' }
const faults = [
  { path: 'limits.trials', message: 'must be at least 1' },
  { path: 'name', message: 'must be text, not null' },
]

describe('toProblem', () => {
  it('gives an error of ours its type, status, faults and message', () => {
    const problem = toProblem(new HoneError('invalid-study', 'limits.trials: too few', { faults }), context)

    expect(problem).toEqual({
      type: '/problems/invalid-study',
      title: 'Invalid study',
      status: 422,
      detail: 'limits.trials: too few',
      instance: '/v1/studies',
      requestId: 'req_1',
      errors: faults,
    })
  })

  it('has no errors where there are none to point at', () => {
    expect(toProblem(new HoneError('study-not-found', 'None.'), context)).not.toHaveProperty('errors')
  })

  it("makes a bad body the route's own error, summed up in the detail", () => {
    const problem = toProblem(new InvalidInput('body', faults), { ...context, invalidBody: 'invalid-study' })

    expect(problem).toMatchObject({
      type: '/problems/invalid-study',
      detail: 'limits.trials: must be at least 1 (and 1 more)',
      errors: faults,
    })
  })

  it('makes a bad query a malformed request', () => {
    const fault = { path: 'limit', message: 'must be at most 1000' }

    expect(toProblem(new InvalidInput('querystring', [fault]), context)).toMatchObject({
      status: 400,
      detail: 'limit: must be at most 1000',
    })
  })

  it('calls the whole body by its name', () => {
    const fault = { path: '', message: 'is missing; it must be an object' }

    expect(toProblem(new InvalidInput('body', [fault]), context).detail).toBe(
      'The body is missing; it must be an object',
    )
  })

  it('makes a body that its client left unfinished a malformed request, and no fault of ours', () => {
    const cut = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 })

    expect(toProblem(cut, context)).toMatchObject({ type: '/problems/malformed-request', status: 400 })
    expect(toProblem(Object.assign(new Error(), { code: 'ECONNRESET' }), context).status).toBe(500)
  })

  it.each([
    new Error('connect ECONNREFUSED /var/secret.sock'),
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    { code: 'toString' },
    'a thrown text',
    undefined,
  ])('tells nothing of an error that is not ours: %s', (error) => {
    const problem = toProblem(error, context)

    expect(problem).toMatchObject({ type: '/problems/internal-error', status: 500 })
    expect(problem.detail).toBe("Something broke on our side. The service's log has it under this requestId.")
  })

  it('keeps the cause of an error of ours to itself', () => {
    const cause = new Error('redis://:password@host')

    const problem = toProblem(new HoneError('storage-unavailable', 'Try again.', { cause }), context)

    expect(JSON.stringify(problem)).not.toContain('password')
  })
})
