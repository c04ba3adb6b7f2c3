import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** A file or a stream. Its route's schema tells what is in it, which is not the type of what is sent. */
export function sendRaw(
  reply: Pick<FastifyReply, 'raw'>,
  contentType: string,
  content: Buffer | string | Readable,
): FastifyReply {
  return (reply as FastifyReply).type(contentType).send(content)
}
