import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { HoneError } from '../../domain/errors.ts'
import type { App } from '../app-type.ts'

export interface PageOptions {
  /** Names besides localhost that this service goes by. */
  readonly hosts: readonly string[]
  /** Origins whose pages may call the API from scripts. */
  readonly origins: readonly string[]
}

const SAFE = ['GET', 'HEAD', 'OPTIONS']

/**
 * Where nobody needs a token every page that a browser on this machine shows could do everything: such requests are told
 * by what browsers say of them, and pages cannot change. Programs say none of it.
 */
export function refuseForeignPages(app: App, { hosts, origins }: PageOptions): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const host = request.headers.host ?? ''
    if (host !== '' && !isOurs(hostnameOf(host), hosts)) throw foreignHost(hostnameOf(host) ?? host)
    const { origin } = request.headers
    const isListed = origin !== undefined && origins.includes(origin)
    if (!SAFE.includes(request.method) && !isListed && isForeign(request)) throw foreignOrigin(origin)
    done()
  })
}

/** Who owns a name can have it lead here, so that a page of theirs counts as one of ours; an address cannot be led. */
function isOurs(name: string | undefined, hosts: readonly string[]): boolean {
  if (name === undefined) return false
  const isAddress = isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0
  return isAddress || name === 'localhost' || name.endsWith('.localhost') || hosts.includes(name)
}

/** What the browser itself judged goes first: before a proxy the address was another one. */
function isForeign({ headers }: FastifyRequest): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)
}

function hostnameOf(host: string): string | undefined {
  const url = `http://${host}`
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

function foreignHost(name: string): HoneError {
  return new HoneError(
    'foreign-page',
    `This service does not go by the name ${name}: call it localhost, or list the name in HONE_ALLOWED_HOSTS.`,
  )
}

function foreignOrigin(origin = 'another site'): HoneError {
  return new HoneError(
    'foreign-page',
    `A page of ${origin} may not change anything here: list its origin in HONE_CORS_ORIGINS to let it.`,
  )
}
