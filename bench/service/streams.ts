import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'

const WAIT_MS_MAX = 30_000
const POLL_MS = 5

export interface Streams {
  /** Milliseconds that each event of the study took to each stream, when all have come so far. @throws after half a minute */
  untilAllHave(revision: number): Promise<number[]>
  close(): void
}

/** Watches a study on as many connections. Those events count that happen after all of them are open. */
export async function openStreams(url: string, path: string, count: number): Promise<Streams> {
  const pool = new Pool(url, { connections: count, bodyTimeout: 0 })
  const delays: number[] = []
  const revisions: number[] = []
  const openedAt: { ms?: number } = {}
  const openings = Array.from({ length: count }, async (_, stream) => {
    const { body, statusCode } = await pool.request({ method: 'GET', path })
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
    let rest = ''
    body.setEncoding('utf8')
    // Streams are cut when all is measured.
    body.on('error', () => {})
    body.on('data', (text: string) => {
      const parts = (rest + text).split('\n\n')
      rest = parts.pop()!
      for (const part of parts) receive(stream, part)
    })
    await once(body, 'data')
  })

  function receive(stream: number, part: string): void {
    const [, json] = /^data: (.*)$/m.exec(part) ?? []
    if (!json) return
    const { revision, at } = JSON.parse(json)
    revisions[stream] = revision
    const happenedAt = Date.parse(at)
    if (openedAt.ms !== undefined && happenedAt >= openedAt.ms) delays.push(Date.now() - happenedAt)
  }

  await Promise.all(openings)
  openedAt.ms = Date.now()
  return {
    async untilAllHave(revision) {
      const lastAt = Date.now() + WAIT_MS_MAX
      while (revisions.filter((known) => known >= revision).length < count) {
        if (Date.now() > lastAt) throw new Error(`Not all streams have revision ${revision}.`)
        await delay(POLL_MS)
      }
      return delays
    },
    close: () => void pool.destroy(),
  }
}
