import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { HoneError } from '../../domain/errors.ts'
import { ownValue } from '../../domain/own-value.ts'
import { packagePath } from '../../package-path.ts'
import type { App } from '../app-type.ts'
import { problems } from '../schemas/problem.ts'
import { sendRaw } from '../send-raw.ts'

const LINKS = {
  studies: '/v1/studies',
  datasets: '/v1/datasets',
  docs: '/docs',
  openapi: '/openapi.json',
  python: '/hone.py',
  live: '/health/live',
  ready: '/health/ready',
  metrics: '/metrics',
} as const

const IndexSchema = z
  .object({ name: z.string(), links: z.record(z.string(), z.string()) })
  .meta({ id: 'Index' })

const FILES: Readonly<Record<string, string>> = {
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

/** Nothing from elsewhere, nothing inline: what a page that holds a token may load. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The dashboard for browsers, and for programs where to go from here. */
export function indexPageRoutes(app: App): void {
  const schema = {
    operationId: 'getIndex',
    summary: 'The dashboard, or where to go from here',
    description: 'HTML for who prefers it to JSON, as browsers do.',
    tags: ['service'],
    response: {
      200: {
        description: 'OK',
        content: { 'application/json': { schema: IndexSchema }, 'text/html': { schema: z.string() } },
      },
      ...problems(),
    },
  }
  app.get('/', { schema }, async (request, reply) => {
    // Where scripts of other origins are let in, it varies by these too.
    reply.header('vary', [reply.getHeader('vary'), 'accept'].filter(Boolean).join(', '))
    if (!request.headers.accept?.includes('text/html')) return { name: 'hone', links: LINKS }
    const page = readBuilt('index.html')
    reply.header('content-security-policy', POLICY)
    return sendRaw(reply, 'text/html; charset=utf-8', page)
  })
  app.get('/dashboard/:file', { schema: { hide: true } }, async (request, reply) => {
    const { file } = request.params as { file: string }
    const type = ownValue(FILES, file)
    if (!type) throw new HoneError('not-found', 'The dashboard has no such file.')
    const content = readBuilt(file)
    const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    reply.header('etag', tag).header('cache-control', 'no-cache')
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.type(type).send(content)
  })
}

const read = new Map<string, Buffer>()

/** A file of the bundle, read once. */
function readBuilt(name: string): Buffer {
  const content = read.get(name) ?? readFileSync(packagePath('dashboard', 'build', name))
  read.set(name, content)
  return content
}
