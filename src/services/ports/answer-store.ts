/** Whose turn it is to answer a request: the caller's, or somebody's who has or has not yet. */
export type Claim =
  | { readonly kind: 'yours' | 'in-progress' | 'other-request' }
  | { readonly kind: 'answered'; readonly answer: string }

/** Answers given to requests that may come again. */
export interface AnswerStore {
  /** Of all who claim a key only one gets it, until it keeps an answer, releases the key or half a minute is over. */
  claim(key: string, fingerprint: string): Promise<Claim>
  /** Drawn at random for whoever asks first, and the same for a day. */
  tokenOf(fingerprint: string): Promise<string>
  /** For a day. */
  keep(key: string, fingerprint: string, answer: string): Promise<void>
  release(key: string): Promise<void>
}
