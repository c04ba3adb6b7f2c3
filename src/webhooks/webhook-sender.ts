import { lookup } from 'node:dns/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { SentWebhook, WebhookSender } from '../services/ports/webhook-sender.ts'
import { isPrivate } from './address.ts'

// Receivers are to take a message and work on it later.
const ANSWER_MS_MAX = 15_000
// A resolver that does not answer would be asked for much longer.
const LOOKUP_MS_MAX = 5000

export interface WebhookSenderOptions {
  /** Whether addresses may be told that are not on the Internet. */
  readonly allowPrivate: boolean
  /** Finds the addresses of a name; as the system does unless given. */
  readonly resolve?: Resolve
}

type Resolve = (hostname: string) => Promise<readonly { readonly address: string }[]>

export function createWebhookSender({ allowPrivate, resolve = lookUp }: WebhookSenderOptions): WebhookSender {
  const find = (hostname: string) => findAddress(hostname, allowPrivate, resolve)
  return {
    refusal: async (url) => {
      const fault = syntaxFault(url)
      if (fault) return fault
      return find(hostOf(new URL(url))).then(
        () => undefined,
        (error: Error) => error.message,
      )
    },
    send: async (url, headers, body) => {
      const target = new URL(url)
      try {
        return { status: await post(target, await find(hostOf(target)), headers, body) }
      } catch (error) {
        return { error: reason(error) } satisfies SentWebhook
      }
    },
  }
}

function syntaxFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    return 'must be an address that starts with https:// or http://'
  if (url.username || url.password)
    return 'must hold no user and no password: the signature says who is calling'
  return undefined
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/** @throws Error when it has none, or one that must not be reached. */
async function findAddress(hostname: string, allowPrivate: boolean, resolve: Resolve): Promise<string> {
  const found = await inTime(resolve(hostname).catch(() => []))
  const [first] = found
  if (!first) throw new Error(`has the host ${hostname}, which has no address`)
  // All of them, or a name could have a harmless one to be let in by.
  if (!allowPrivate && found.some(({ address }) => isPrivate(address)))
    throw new Error(
      `has the host ${hostname}, which is on a private network: HONE_WEBHOOK_ALLOW_PRIVATE lets it`,
    )
  return first.address
}

const lookUp: Resolve = (hostname) => lookup(hostname, { all: true })

/** A lookup cannot be called off, so it is left alone: as one that found nothing. */
async function inTime<Found>(found: Promise<readonly Found[]>): Promise<readonly Found[]> {
  const waited = new AbortController()
  const nothing = delay(LOOKUP_MS_MAX, [], { signal: waited.signal }).catch(() => [])
  return Promise.race([found, nothing]).finally(() => waited.abort())
}

/** To that very address: asked again, the name might have another. No redirect is followed. */
function post(
  url: URL,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<number> {
  const pinned: LookupFunction = (_hostname, options, done) => {
    const family = isIP(address)
    if (options.all) done(null, [{ address, family }])
    else done(null, address, family)
  }
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const all = {
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'hone',
  }
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX)
    const outgoing = request(
      url,
      { method: 'POST', headers: all, lookup: pinned, agent: false, signal },
      (response) => {
        resolve(response.statusCode!)
        // What it says is of no use, however much it is.
        response.destroy()
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The address that was found stays between the service and its network. */
function reason(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${ANSWER_MS_MAX / 1000} s`
  return code ?? message
}
