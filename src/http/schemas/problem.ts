import { z } from 'zod'
import { ERRORS, type ErrorCode, FAULTS_MAX, type Fault } from '../../domain/errors.ts'

/** RFC 9457, with the request's id and, for a bad request, what is wrong where. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly requestId: string
  readonly errors?: readonly Fault[]
}

const FaultSchema = z
  .object({ path: z.string().describe('Such as `searchSpace.parameters[0].min`.'), message: z.string() })
  .meta({ id: 'Fault' })

export const ProblemSchema: z.ZodType<Problem> = z
  .object({
    type: z.string().describe('Answers at its own URL: what it means and what to do.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('The path that was asked for.'),
    requestId: z.string().describe("To find the request in the service's log."),
    errors: z.array(FaultSchema).exactOptional().describe(`The first ${FAULTS_MAX} of them.`),
  })
  .meta({ id: 'Problem' })

/** Response schemas of a route that may answer with these problems. Every route may answer 500. */
export function problems(...codes: readonly ErrorCode[]) {
  const all: readonly ErrorCode[] = [...codes, 'internal-error']
  const statuses = [...new Set(all.map((code) => ERRORS[code].status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const here = all.filter((code) => ERRORS[code].status === status).map((code) => `\`${code}\``)
      const content = { 'application/problem+json': { schema: ProblemSchema } }
      return [status, { description: here.join(' or '), content }]
    }),
  )
}
