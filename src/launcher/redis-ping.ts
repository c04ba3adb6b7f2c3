import { connect } from 'node:net'

// The server is on this machine; it answers at once or it is stuck.
const ANSWER_MS = 1000

export type RedisStatus = { state: 'absent' } | { state: 'loading' } | { state: 'ready'; pid: number }

/** How the server on a unix socket is, asked in the Redis protocol. */
export async function redisStatus(socketPath: string): Promise<RedisStatus> {
  const answer = await ask(socketPath, 'PING\r\nINFO server\r\nQUIT\r\n')
  if (answer === '') return { state: 'absent' }
  if (!answer.startsWith('+PONG')) return { state: 'loading' }
  return { state: 'ready', pid: Number(/process_id:(\d+)/.exec(answer)?.[1]) }
}

function ask(socketPath: string, commands: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath })
    let answer = ''
    const settle = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(ANSWER_MS, settle)
    socket.on('error', settle)
    socket.on('close', settle)
    socket.on('connect', () => socket.write(commands))
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8')
    })
  })
}
