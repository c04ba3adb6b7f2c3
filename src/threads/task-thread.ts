import { Worker } from 'node:worker_threads'
import { packagePath } from '../package-path.ts'
import { createPacker } from './snapshot-packer.ts'

export interface Task<Question> {
  readonly task: number
  readonly question: Question
}

/** What a question asks for, which may be nothing, or why there is no answer. */
export type TaskAnswer = { readonly task: number } & (
  | { readonly found: unknown }
  | { readonly error: unknown }
)

interface Pending {
  readonly resolve: (found: never) => void
  readonly reject: (error: unknown) => void
}

export interface TaskThread<Question> {
  /**
   * @param question made once there is a thread: what is packed for one is of no use to the next.
   * @throws what `fail` makes of an error over there; Error when the thread dies.
   */
  ask<Found>(question: (pack: ReturnType<typeof createPacker>) => Question): Promise<Found>
  close(): Promise<void>
}

/**
 * A thread that answers questions one after the other (answer-tasks.ts), begun by the first: what takes a second would
 * leave an API that computed it itself deaf. A thread that dies fails what it had at hand; the next task gets a new one.
 *
 * @param script in dist/src/threads.
 */
export function createTaskThread<Question>(
  script: string,
  fail: (cause: unknown) => Error,
): TaskThread<Question> {
  const pending = new Map<number, Pending>()
  let thread: Worker | undefined
  let pack = createPacker()
  let tasks = 0

  function settle(answer: TaskAnswer): void {
    const { resolve, reject } = pending.get(answer.task)!
    pending.delete(answer.task)
    if (pending.size === 0) thread?.unref()
    if ('error' in answer) reject(fail(answer.error))
    else resolve(answer.found as never)
  }

  function failAll(error: unknown): void {
    thread = undefined
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  function begin(): Worker {
    const begun = new Worker(packagePath('dist', 'src', 'threads', script))
    begun.unref()
    pack = createPacker()
    begun.on('message', settle)
    begun.on('error', failAll)
    begun.on('exit', () => thread === begun && failAll(new Error(`The thread of ${script} ended.`)))
    return begun
  }

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const task = tasks++
        thread ??= begin()
        thread.postMessage({ task, question: question(pack) } satisfies Task<Question>)
        // What could not be sent has no answer.
        pending.set(task, { resolve, reject })
        thread.ref()
      }),
    close: async () => {
      await thread?.terminate()
    },
  }
}
