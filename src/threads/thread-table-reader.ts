import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { packagePath } from '../package-path.ts'
import type { TableReader } from '../services/ports/datasets.ts'

type Answer = Awaited<ReturnType<TableReader['read']>>

// Three times what the largest file takes; without a bound a hostile one could take all there is.
const HEAP_MB_MAX = 2048

/**
 * Reads each file on a thread of its own, which gives its memory back; one after the other, so that many uploads at a time
 * take the memory of one.
 */
export function createThreadTableReader(): TableReader {
  let last: Promise<unknown> = Promise.resolve()
  return {
    read: (upload) => {
      const answer = last.then(() => readOnThread(upload))
      last = answer.catch(() => {})
      return answer
    },
  }
}

async function readOnThread(workerData: Parameters<TableReader['read']>[0]): Promise<Answer> {
  const path = packagePath('dist', 'src', 'threads', 'table-thread.js')
  const thread = new Worker(path, { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX } })
  const ended = once(thread, 'exit').then(() => {
    throw new Error('The thread ended without an answer.')
  })
  const [answer] = (await Promise.race([once(thread, 'message'), ended])) as [Answer]
  ended.catch(() => {})
  return answer
}
