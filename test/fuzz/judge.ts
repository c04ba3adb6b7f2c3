import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Answer, ApiDocument } from './operations.ts'
import type { FuzzRequest } from './request.ts'
import type { Received } from './send.ts'

export type Judge = (request: FuzzRequest, received: Received) => readonly string[]

const PROBLEM = 'application/problem+json'
// A request that the document allows is never refused as if it did not.
const NOT_FOR_VALID = new Set([400, 405, 406, 413, 415])

/** Holds answers against the document. */
export function createJudge(document: ApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'api')
  const pointer = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1')
  const validatorOf = ({ operation }: FuzzRequest, status: number, type: string) =>
    ajv.getSchema(
      `api#/paths/${pointer(operation.path)}/${operation.method.toLowerCase()}/responses/${status}/content/${pointer(type)}/schema`,
    )
  const problemSchema = ajv.getSchema('api#/components/schemas/Problem')!

  function judgeDocumented(request: FuzzRequest, received: Received, answer: Answer): string[] {
    const type = mediaType(received)
    if (!answer.content) return received.body === '' ? [] : ['has a body that is not documented']
    if (!(type in answer.content)) return [`has the undocumented type ${type || 'none'}`]
    if (request.method === 'HEAD' || !type.endsWith('json') || type.endsWith('ndjson')) return []
    const validate = validatorOf(request, received.status, type)!
    if (!validate(JSON.parse(received.body)))
      return [`does not fit its schema: ${ajv.errorsText(validate.errors)}`]
    return type === PROBLEM ? judgeProblem(received, answer) : []
  }

  /** A changed path may be another operation's; a changed part of it may make it nobody's. */
  function judgeUnknown({ kind, isAsked, method }: FuzzRequest, received: Received): string[] {
    if (isAsked && !(kind === 'mutated' && received.status === 405)) return ['is not documented']
    if (received.status < 400) return []
    if (method === 'HEAD') return []
    if (mediaType(received) !== PROBLEM) return [`is an error of type ${mediaType(received) || 'none'}`]
    return problemSchema(JSON.parse(received.body)) ? [] : ['is no problem']
  }

  return (request, received) => {
    const { operation, kind, isAsked } = request
    const faults: string[] = []
    if (received.status >= 500) faults.push(`is a failure: ${received.body.slice(0, 200)}`)
    if (kind === 'valid' && NOT_FOR_VALID.has(received.status))
      faults.push(`refuses what the document allows: ${received.body.slice(0, 300)}`)
    const answer = isAsked ? operation.answers[received.status] : undefined
    faults.push(...(answer ? judgeDocumented(request, received, answer) : judgeUnknown(request, received)))
    return [...faults, ...leaks(received)]
  }
}

/** A problem's code must be among those that the document names for its status. */
function judgeProblem({ body }: Received, { description }: Answer): string[] {
  const code = (JSON.parse(body) as { type: string }).type.split('/').at(-1)!
  return description.includes(`\`${code}\``) ? [] : [`is the undocumented problem ${code}`]
}

/** What is nobody's business: where the service lies, and how it is made. */
function leaks({ body, headers }: Received): string[] {
  if (!mediaTypeOf(headers['content-type']).endsWith('problem+json')) return []
  return /node_modules|\/src\/|\/dist\/|\.ts:\d|\.js:\d|at \w+ \(/.test(body)
    ? [`shows its insides: ${body.slice(0, 300)}`]
    : []
}

function mediaType({ headers }: Received): string {
  return mediaTypeOf(headers['content-type'])
}

function mediaTypeOf(header: string | string[] | undefined): string {
  return [header ?? ''].flat()[0]!.split(';')[0]!.trim()
}
