import { z } from 'zod'
import { HoneError } from '../../domain/errors.ts'
import type { App } from '../app-type.ts'
import { readProblemPages } from '../problem-pages.ts'
import { problems } from '../schemas/problem.ts'

/** The `type` of a problem answers with what it means and what to do. */
export function problemPageRoute(app: App): void {
  const pages = readProblemPages()
  const schema = {
    operationId: 'explainProblem',
    summary: 'What a problem means and what to do',
    tags: ['service'],
    params: z.object({ code: z.string().describe('The last part of a `type`, such as `invalid-study`.') }),
    response: {
      200: { description: 'OK', content: { 'text/plain': { schema: z.string() } } },
      ...problems('not-found'),
    },
  }
  app.get('/problems/:code', { schema }, async (request, reply) => {
    const page = pages.get(request.params.code)
    if (!page)
      throw new HoneError(
        'not-found',
        `There is no such problem. There are: ${[...pages.keys()].join(', ')}.`,
      )
    return reply.type('text/plain; charset=utf-8').send(page)
  })
}
