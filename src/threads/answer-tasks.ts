import { parentPort } from 'node:worker_threads'
import type { Task, TaskAnswer } from './task-thread.ts'

/**
 * The other end of a task thread.
 *
 * @param prepare what must be unpacked is, whatever comes of it: a later snapshot goes on from it.
 */
export function answerTasks(prepare: (question: never) => () => unknown): void {
  parentPort!.on('message', ({ task, question }: Task<never>) => {
    parentPort!.postMessage(answer(task, prepare(question)))
  })
}

function answer(task: number, compute: () => unknown): TaskAnswer {
  try {
    return { task, found: compute() }
  } catch (error) {
    return { task, error }
  }
}
