import type { StudyView } from './types.ts'

/** The study as it is now; what pictures are made of is the object that it was, where it says the same. */
export function keepEqual(before: StudyView | undefined, now: StudyView): StudyView {
  if (!before) return now
  const keep = <Part>(old: Part, part: Part) => (JSON.stringify(old) === JSON.stringify(part) ? old : part)
  return {
    ...now,
    metrics: keep(before.metrics, now.metrics),
    searchSpace: keep(before.searchSpace, now.searchSpace),
  }
}
