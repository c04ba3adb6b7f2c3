import type { AskedOf, ExplanationKind } from '../optimizer/analysis/explanations.ts'
import type { Explainer } from '../services/ports/explainer.ts'
import type { PackedSnapshot } from './snapshot-packer.ts'
import { createTaskThread } from './task-thread.ts'

export interface ExplanationQuestion {
  readonly kind: ExplanationKind
  readonly snapshot: PackedSnapshot
  readonly asked: AskedOf<ExplanationKind>
}

/** Explains on a thread of its own. */
export function createThreadExplainer(): Explainer & { close(): Promise<void> } {
  const { ask, close } = createTaskThread<ExplanationQuestion>(
    'explanation-thread.js',
    (cause) => new Error('An explanation broke.', { cause }),
  )
  return {
    explain: (kind, snapshot, asked) => ask((pack) => ({ kind, snapshot: pack(snapshot), asked })),
    close,
  }
}
