import type { TokenId } from '../../domain/ids.ts'
import type { Token } from '../../domain/token.ts'

/** A token as it is kept: its secret is not. */
export interface TokenRecord extends Token {
  /** SHA-256 of the secret, in hex. */
  readonly secretHash: string
}

export interface TokenStore {
  add(token: TokenRecord): Promise<void>
  find(id: TokenId): Promise<TokenRecord | undefined>
  list(): Promise<readonly TokenRecord[]>
  /** @returns whether there was such a token. */
  remove(id: TokenId): Promise<boolean>
}
