import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A wire to Redis that can be cut, blocked and slowed. Everything works again once `restore` is called. */
export interface WireProxy {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string
  /** Ends every connection; new ones are welcome. */
  cut(): void
  /** Ends every connection and refuses new ones. */
  refuse(): void
  /** Lets nothing through in either direction, and ends nothing: a black hole. */
  block(): void
  /** Lets nothing through on the connections there are, for ever and without a word; new ones work. */
  forget(): void
  /** Holds everything back for this long. */
  slow(latencyMs: number): void
  restore(): void
  close(): Promise<void>
}

interface Wire {
  state: 'open' | 'refusing' | 'blocked'
  latencyMs: number
}

/** @param target socket of the real server. */
export async function startProxy(target: string): Promise<WireProxy> {
  const wire: Wire = { state: 'open', latencyMs: 0 }
  const sockets = new Set<Socket>()
  const forgotten = new Set<Socket>()
  const server = createServer((client) => {
    if (wire.state === 'refusing') return void client.destroy()
    const upstream = connect(target)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      if (wire.state === 'blocked') from.pause()
      from.setNoDelay(true)
      forward(from, to, wire)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of [...sockets, ...forgotten]) socket.destroy()
    forgotten.clear()
  }
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    refuse: () => {
      wire.state = 'refusing'
      cut()
    },
    block: () => {
      wire.state = 'blocked'
      for (const socket of sockets) socket.pause()
    },
    forget: () => {
      for (const socket of sockets) {
        socket.pause()
        forgotten.add(socket)
      }
      sockets.clear()
    },
    slow: (latencyMs) => {
      wire.latencyMs = latencyMs
    },
    restore: () => {
      Object.assign(wire, { state: 'open', latencyMs: 0 })
      for (const socket of sockets) socket.resume()
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Passes chunks on in order, each held back for the latency of its arrival but never ahead of an earlier one. */
function forward(from: Socket, to: Socket, wire: Wire): void {
  let held = Promise.resolve()
  let waiting = 0
  from.on('data', (chunk) => {
    const { latencyMs } = wire
    if (latencyMs === 0 && waiting === 0) return void to.write(chunk)
    const due = new Promise<void>((resolve) => setTimeout(resolve, latencyMs))
    waiting++
    held = held
      .then(() => due)
      .then(() => {
        waiting--
        if (!to.destroyed) to.write(chunk)
      })
  })
}
