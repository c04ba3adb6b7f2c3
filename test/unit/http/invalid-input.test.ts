import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { compileValidator } from '../../../src/http/invalid-input.ts'

type Validated = { readonly value?: unknown; readonly error?: unknown }

/** As Fastify has it compiled, of which true says that all may stay as it is. */
function validator(schema: z.ZodType, httpPart: string): (data: object) => Validated {
  const validate = compileValidator({ schema, httpPart, method: 'GET', url: '/' })
  return (data) => {
    const result = validate(data)
    return result === true ? { value: data } : (result as Validated)
  }
}

describe('a query', () => {
  const validate = validator(
    z.strictObject({ limit: z.coerce.number().int().max(9).default(5), name: z.string().optional() }),
    'querystring',
  )

  it('that is empty has the defaults, which nobody can change for the others', () => {
    const { value } = validate({})

    expect(value).toEqual({ limit: 5 })
    expect(Object.isFrozen(value)).toBe(true)
    expect(validate({}).value).toBe(value)
  })

  it('that is not empty is parsed, and refused with its faults', () => {
    expect(validate({ limit: '3', name: 'a' })).toEqual({ value: { limit: 3, name: 'a' } })
    expect(validate({ limit: '10' }).error).toMatchObject({
      part: 'querystring',
      faults: [{ path: 'limit' }],
    })
    expect(validate({ nam: 'a' }).error).toMatchObject({ faults: [{ path: 'nam' }] })
  })

  it('that lacks something is refused, even when it is empty', () => {
    const strict = validator(z.strictObject({ name: z.string() }), 'querystring')

    expect(strict({}).error).toMatchObject({ faults: [{ path: 'name' }] })
  })
})

describe('a header', () => {
  const validate = validator(
    z.looseObject({
      'if-match': z.string().optional().describe('Any text.'),
      key: z.string().max(3).optional(),
    }),
    'headers',
  )

  it('that may be any text is not looked at', () => {
    const headers = { 'if-match': '', accept: '*/*', key: 'abc' }

    expect(validate(headers).value).toBe(headers)
  })

  it('that has a rule is held against it', () => {
    expect(validate({ key: 'abcd' }).error).toMatchObject({ part: 'headers', faults: [{ path: 'key' }] })
  })
})
