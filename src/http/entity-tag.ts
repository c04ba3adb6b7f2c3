import type { FastifyReply, preHandlerAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import type { ServiceDeps } from '../services/deps.ts'
import { studyRevision } from '../services/queries.ts'
import { studyIdFrom } from './ids-from-path.ts'

/** The headers of a request that may be answered by 304. */
export const ConditionalHeadersSchema = z.looseObject({
  'if-none-match': z
    .string()
    .optional()
    .describe(
      '`ETag` of the answer you have. While nothing happened in the study, the answer is an empty 304.',
    ),
})

export const notModified = { 304: z.undefined().describe('What you have is still true.') }

/** Tells the answers about one study apart: `study`, `trial-17`. */
type Part = string | ((path: { readonly number: string }) => string)

/**
 * Before a route's handler: a client that has the present version already is answered by 304. All that is read for it
 * is the study's revision, with which every part of the study changes.
 */
export function answerUnchanged(deps: ServiceDeps, part: Part): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const known = request.headers['if-none-match']
    if (known === undefined) return
    const path = request.params as { study: string; number: string }
    const revision = await studyRevision(deps, studyIdFrom(path))
    const tag = tagOf(typeof part === 'string' ? part : part(path), revision)
    if (!isListed(tag, known)) return
    setTag(reply, tag)
    return reply.code(304).send()
  }
}

/** @param revision read not later than the content, so that a tag never promises more than was sent. */
export function tagAnswer(reply: FastifyReply, part: string, revision: number): void {
  setTag(reply, tagOf(part, revision))
}

/** The revisions that a list of tags was made of, without tags of something else. */
export function revisionsOf(part: string, tags: string): number[] {
  return tags.split(',').flatMap((tag) => {
    const [, named, revision] = /^"([^"]+)-(\d{1,15})"$/.exec(tag.trim()) ?? []
    return named === part ? [Number(revision)] : []
  })
}

function tagOf(part: string, revision: number): string {
  return `"${part}-${revision}"`
}

function setTag(reply: FastifyReply, tag: string): void {
  // Caches may keep the answer, and must ask each time whether it still holds.
  reply.header('etag', tag).header('cache-control', 'no-cache')
}

/** RFC 9110, 13.1.2: the weak comparison; `*` is any. */
function isListed(tag: string, list: string): boolean {
  return (
    list === tag ||
    list.trim() === '*' ||
    list.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
  )
}
