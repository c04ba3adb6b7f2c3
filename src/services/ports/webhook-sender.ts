/** The status of an answer, or why there was none. */
export type SentWebhook =
  | { readonly status: number; readonly error?: never }
  | { readonly error: string; readonly status?: never }

export interface WebhookSender {
  /** Why messages cannot be sent there; undefined when they can. */
  refusal(url: string): Promise<string | undefined>
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<SentWebhook>
}
