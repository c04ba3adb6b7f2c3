/** The events of a Redis client that tell whether it is connected. */
interface Client {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'ready', listener: () => void): unknown
}

type Log = Record<'info' | 'warn', (fields: object, message: string) => void>

/** One line when a connection goes and one when it is back, not one for each of its retries. */
export function logConnection(client: Client, log: Log | undefined, connection: string): void {
  let isAway = false
  client.on('error', (err) => {
    if (!isAway) log?.warn({ connection, err }, 'redis connection lost')
    isAway = true
  })
  client.on('ready', () => {
    if (isAway) log?.info({ connection }, 'redis connection restored')
    isAway = false
  })
}
