/** One message of a text/event-stream. */
export interface ServerEvent {
  readonly id: string
  readonly type: string
  readonly data: string
}

/** Cuts what has arrived into messages; what is left is the beginning of the next one. */
export function cutEvents(text: string): { readonly events: readonly ServerEvent[]; readonly rest: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n')
  const rest = blocks.pop()!
  return { events: blocks.map(parseEvent).filter(({ data }) => data !== ''), rest }
}

function parseEvent(block: string): ServerEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, '')] : []))
      .join('\n')
  return { id: field('id'), type: field('event') || 'message', data: field('data') }
}
