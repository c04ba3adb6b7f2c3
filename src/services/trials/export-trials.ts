import type { StudyId } from '../../domain/ids.ts'
import type { Trial } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'

// About a megabyte of trials at a time.
const TRIALS_A_READ = 500

/** All trials by number, without curves, page by page: what is held does not grow with the study. */
export async function* exportTrials(deps: ServiceDeps, id: StudyId): AsyncGenerator<readonly Trial[]> {
  let after: number | undefined = -1
  while (after !== undefined) {
    const page = await deps.store.listTrials(id, { after, limit: TRIALS_A_READ })
    yield page.items
    after = page.nextCursor === undefined ? undefined : Number(page.nextCursor)
  }
}

/** What trials ended with, by name. */
const NAMED = ['metrics', 'standardErrors', 'attributes'] as const

/** Names of all metrics, standard errors and attributes that a trial ended with, in the order of their first appearance. */
export async function namesTold(
  deps: ServiceDeps,
  id: StudyId,
): Promise<Readonly<Record<(typeof NAMED)[number], readonly string[]>>> {
  const names = {
    metrics: new Set<string>(),
    standardErrors: new Set<string>(),
    attributes: new Set<string>(),
  }
  for await (const trials of exportTrials(deps, id)) {
    for (const trial of trials)
      for (const kind of NAMED) for (const name of Object.keys(trial[kind] ?? {})) names[kind].add(name)
  }
  const { metrics, standardErrors, attributes } = names
  return { metrics: [...metrics], standardErrors: [...standardErrors], attributes: [...attributes] }
}
