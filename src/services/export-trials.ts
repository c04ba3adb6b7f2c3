import type { StudyId } from '../domain/ids.ts'
import type { Trial } from '../domain/trial.ts'
import type { ServiceDeps } from './deps.ts'

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

/** Names of all metrics that a trial ended with, in the order of their first appearance. */
export async function metricNames(deps: ServiceDeps, id: StudyId): Promise<readonly string[]> {
  const names = new Set<string>()
  for await (const trials of exportTrials(deps, id)) {
    for (const { metrics } of trials) for (const name of Object.keys(metrics ?? {})) names.add(name)
  }
  return [...names]
}
