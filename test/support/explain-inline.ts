import { explain } from '../../src/optimizer/analysis/explanations.ts'
import type { Numerics } from '../../src/optimizer/numerics.ts'
import type { Explainer } from '../../src/services/ports/explainer.ts'

/** Explains on the thread that asks. */
export function inlineExplainer(numerics: Numerics): Explainer {
  return { explain: async (kind, snapshot, asked) => explain(kind, snapshot, asked, numerics) }
}
