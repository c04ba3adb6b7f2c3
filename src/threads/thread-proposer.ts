import { Worker } from 'node:worker_threads'
import type { ParameterValues } from '../domain/search-space.ts'
import type { EndReason } from '../domain/study.ts'
import type { Proposal } from '../domain/trial.ts'
import { packagePath } from '../package-path.ts'
import { ProposalFailed, type Proposer } from '../services/ports/proposer.ts'
import { createPacker, type PackedSnapshot } from './snapshot-packer.ts'

export interface ProposalTask {
  readonly task: number
  readonly snapshot: PackedSnapshot
  readonly index: number
  readonly fixed?: ParameterValues | undefined
}

export interface ProposalAnswer {
  readonly task: number
  readonly next?: Proposal | EndReason | undefined
  readonly error?: unknown
}

interface Pending {
  readonly resolve: (next: Proposal | EndReason) => void
  readonly reject: (error: unknown) => void
}

/**
 * Proposes on a thread of its own, begun by the first task: a proposal may take a second, during which an API that
 * computed it itself would answer nobody. A thread that dies fails what it had at hand; the next task gets a new one.
 */
export function createThreadProposer(): Proposer & { close(): Promise<void> } {
  const pending = new Map<number, Pending>()
  let thread: Worker | undefined
  let pack = createPacker()
  let tasks = 0

  function settle({ task, next, error }: ProposalAnswer): void {
    const { resolve, reject } = pending.get(task)!
    pending.delete(task)
    if (pending.size === 0) thread?.unref()
    if (next) resolve(next)
    else reject(new ProposalFailed('The optimizer broke.', { cause: error }))
  }

  function failAll(error: unknown): void {
    thread = undefined
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  function begin(): Worker {
    const begun = new Worker(packagePath('dist', 'src', 'threads', 'proposal-thread.js'))
    pack = createPacker()
    begun.on('message', settle)
    begun.on('error', failAll)
    begun.on('exit', () => thread === begun && failAll(new Error('The proposal thread ended.')))
    return begun
  }

  return {
    nextTrial: (snapshot, index, fixed) =>
      new Promise((resolve, reject) => {
        const task = tasks++
        pending.set(task, { resolve, reject })
        thread ??= begin()
        thread.ref()
        const message: ProposalTask = { task, snapshot: pack(snapshot), index, fixed }
        thread.postMessage(message)
      }),
    close: async () => {
      await thread?.terminate()
    },
  }
}
