import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { AskedOf, Explained, ExplanationKind } from '../../optimizer/analysis/explanations.ts'

/** Computes explanations where it holds up nobody else: see optimizer/analysis/explanations.ts. */
export interface Explainer {
  explain<Kind extends ExplanationKind>(
    kind: Kind,
    snapshot: StudySnapshot,
    asked: AskedOf<Kind>,
  ): Promise<Explained<Kind>>
}
