import type { AskedOf, ExplanationKind } from '../optimizer/analysis/explanations.ts'
import type { Explainer } from '../services/ports/explainer.ts'
import type { PackedSnapshot } from './snapshot-packer.ts'
import { createTaskThread } from './task-thread.ts'

export interface ExplanationQuestion {
  readonly kind: ExplanationKind
  readonly snapshot: PackedSnapshot
  readonly asked: AskedOf<ExplanationKind>
}

/** Explains on a thread of its own; who asks for what is being computed already gets the same. */
export function createThreadExplainer(): Explainer & { close(): Promise<void> } {
  const { ask, close } = createTaskThread<ExplanationQuestion>(
    'explanation-thread.js',
    (cause) => new Error('An explanation broke.', { cause }),
  )
  const underWay = new Map<string, Promise<never>>()
  return {
    explain: (kind, snapshot, asked) => {
      const key = JSON.stringify([snapshot.study.id, snapshot.revision, kind, asked])
      const answer =
        underWay.get(key) ??
        ask<never>((pack) => ({ kind, snapshot: pack(snapshot), asked })).finally(() => underWay.delete(key))
      underWay.set(key, answer)
      return answer
    },
    close,
  }
}
