import { Worker } from 'node:worker_threads'
import type { ParameterValues, SearchSpace } from '../domain/search-space.ts'
import type { EarlierStudy } from '../optimizer/warm-start/earlier-study.ts'
import { packagePath } from '../package-path.ts'
import { ProposalFailed, type Proposer } from '../services/ports/proposer.ts'
import { createPacker, type PackedSnapshot } from './snapshot-packer.ts'

export type Question =
  | {
      readonly kind: 'next-trial'
      readonly snapshot: PackedSnapshot
      readonly index: number
      readonly fixed?: ParameterValues | undefined
    }
  | { readonly kind: 'start-points'; readonly space: SearchSpace; readonly studies: readonly EarlierStudy[] }

export interface ProposalTask {
  readonly task: number
  readonly question: Question
}

export interface ProposalAnswer {
  readonly task: number
  /** What the question asks for. */
  readonly found?: unknown
  readonly error?: unknown
}

interface Pending {
  readonly resolve: (found: never) => void
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

  function settle({ task, found, error }: ProposalAnswer): void {
    const { resolve, reject } = pending.get(task)!
    pending.delete(task)
    if (pending.size === 0) thread?.unref()
    if (found) resolve(found as never)
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

  /** @param question made once there is a thread: what is packed for one is of no use to the next. */
  function ask<Found>(question: () => Question): Promise<Found> {
    return new Promise((resolve, reject) => {
      const task = tasks++
      pending.set(task, { resolve, reject })
      thread ??= begin()
      thread.ref()
      thread.postMessage({ task, question: question() } satisfies ProposalTask)
    })
  }

  return {
    nextTrial: (snapshot, index, fixed) =>
      ask(() => ({ kind: 'next-trial', snapshot: pack(snapshot), index, fixed })),
    chooseStartPoints: (space, studies) => ask(() => ({ kind: 'start-points', space, studies })),
    close: async () => {
      await thread?.terminate()
    },
  }
}
