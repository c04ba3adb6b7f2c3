import { fork } from 'node:child_process'
import { once } from 'node:events'
import { packagePath } from '../package-path.ts'

/**
 * Runs `npm start` in the background, where it stays when this process ends.
 *
 * @param output file descriptor for its logs.
 * @returns where it serves.
 * @throws Error with what it said, when it could not start.
 */
export async function startInBackground(output: number): Promise<{ url: string; pid: number }> {
  const child = fork(packagePath('dist/src/start.js'), {
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  })
  const [answer] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ message: `The service ended with exit code ${code}.` }]),
  ])) as [{ url: string } | { message: string }]
  if ('message' in answer) throw new Error(answer.message)
  child.disconnect()
  child.unref()
  return { url: answer.url, pid: child.pid! }
}
