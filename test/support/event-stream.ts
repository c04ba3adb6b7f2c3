/** One message of an event stream; a comment has only `comment`. */
export interface Message {
  readonly id?: string
  readonly event?: string
  readonly comment?: string
  readonly data?: Readonly<Record<string, unknown>>
}

export interface OpenStream {
  readonly response: Response
  /** The next message; undefined once the stream has ended. */
  next(): Promise<Message | undefined>
  /** The next messages up to and including the first that fits. @throws Error when the stream ends before. */
  until(fits: (message: Message) => boolean): Promise<Message[]>
  /** All messages to the end of the stream. */
  rest(): Promise<Message[]>
  /** Goes away without a word. */
  leave(): void
}

/** A client of an event stream, as plain as one can be. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<OpenStream> {
  const controller = new AbortController()
  const response = await fetch(url, { headers, signal: controller.signal })
  const messages = parse(response)
  const next = async () => (await messages.next()).value
  async function until(fits: (message: Message) => boolean): Promise<Message[]> {
    const seen: Message[] = []
    for (;;) {
      const message = await next()
      if (!message) throw new Error(`The stream ended after ${JSON.stringify(seen)}.`)
      seen.push(message)
      if (fits(message)) return seen
    }
  }
  async function rest(): Promise<Message[]> {
    const seen: Message[] = []
    for await (const message of messages) seen.push(message)
    return seen
  }
  return { response, next, until, rest, leave: () => controller.abort() }
}

async function* parse(response: Response): AsyncGenerator<Message, undefined> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) if (!block.startsWith('retry: ')) yield toMessage(block)
  }
}

function toMessage(block: string): Message {
  const fields = block
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.replace(/^.*?: ?/, '')])
  const { '': comment, data, ...rest } = Object.fromEntries(fields)
  return {
    ...rest,
    ...(comment !== undefined && { comment }),
    ...(data !== undefined && { data: JSON.parse(data) }),
  }
}
