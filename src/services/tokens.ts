import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { HoneError } from '../domain/errors.ts'
import { newTokenId, type TokenId } from '../domain/ids.ts'
import type { Scope, Token } from '../domain/token.ts'
import type { TokenStore } from './ports/token-store.ts'

export interface TokenDeps {
  readonly tokens: TokenStore
  readonly clock: () => Date
}

export interface TokenRequest {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt?: string
}

const SECRET_BYTES = 32
// `hone_`, so that people and secret scanners know one when they see it; the id, to find it by; the secret, base64url.
const TOKEN = /^hone_([2-9b-z]{16})_([A-Za-z0-9_-]{43})$/

/** @returns the token's text, which is kept nowhere: this is the only time that anybody sees it. */
export async function createToken(
  { tokens, clock }: TokenDeps,
  request: TokenRequest,
): Promise<{ text: string; token: Token }> {
  const id = newTokenId(randomBytes(16))
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const token = { id, ...request, createdAt: clock().toISOString() }
  await tokens.add({ ...token, secretHash: digest(secret).toString('hex') })
  return { text: `hone_${id}_${secret}`, token }
}

export async function listTokens({ tokens }: TokenDeps): Promise<readonly Token[]> {
  const records = await tokens.list()
  return records
    .map(({ secretHash: _, ...token }) => token)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
}

/** In force with the next request. @returns whether there was such a token. */
export function revokeToken({ tokens }: TokenDeps, id: string): Promise<boolean> {
  return tokens.remove(id as TokenId)
}

/** Tells whose a token is. @throws unauthenticated, storage-unavailable */
export type Authenticate = (text: string) => Promise<Token>

/** @param given an admin's token that is known from elsewhere than the store: from a secret of the deployment. */
export function createAuthenticator(deps: TokenDeps, given: string | undefined): Authenticate {
  const admin: Token = { id: 'given' as TokenId, name: 'HONE_TOKEN', scopes: ['admin'], createdAt: '' }
  const hash = given === undefined ? undefined : digest(given)
  return async (text) => {
    if (hash && timingSafeEqual(hash, digest(text))) return admin
    const token = await findToken(deps, text)
    if (!token)
      throw new HoneError('unauthenticated', 'There is no such token, or no more: ask for a new one.')
    return token
  }
}

/**
 * A secret of 256 random bits needs no slow hash: there is nothing to guess. Digests are compared, in constant time,
 * so that no answer's time tells how much of a secret was right.
 */
async function findToken({ tokens, clock }: TokenDeps, text: string): Promise<Token | undefined> {
  const [, id, secret] = TOKEN.exec(text) ?? []
  const record = id ? await tokens.find(id as TokenId) : undefined
  if (!record || !timingSafeEqual(Buffer.from(record.secretHash, 'hex'), digest(secret!))) return undefined
  const { secretHash: _, ...token } = record
  const isOver = token.expiresAt !== undefined && Date.parse(token.expiresAt) <= clock().getTime()
  return isOver ? undefined : token
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
