import type { TokenId } from './ids.ts'

/** What a bearer token may do. Each may read; `admin` may do everything. */
export const SCOPES = ['read', 'write', 'worker', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** What is known of a token besides its secret. Times are RFC 3339, UTC. */
export interface Token {
  readonly id: TokenId
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  /** From then on it is refused; for ever good unless given. */
  readonly expiresAt?: string
}

export function allows({ scopes }: Token, wanted: Scope): boolean {
  return wanted === 'read' || scopes.includes(wanted) || scopes.includes('admin')
}
