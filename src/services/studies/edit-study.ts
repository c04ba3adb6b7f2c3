import { addedConstraints, checkSpaceEdit } from '../../domain/check-space-edit.ts'
import type { Fault } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { SearchSpace } from '../../domain/search-space.ts'
import type { Limits, StudyDefinition } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import type { StudyEdit, StudyRecord } from '../ports/study-records.ts'
import type { Trainer } from '../ports/trainer.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { reconcileStudy } from '../scheduling/reconcile.ts'
import { checkDefinition } from './check-definition.ts'
import { completeSpace } from './complete-definition.ts'
import type { SearchSpaceRequest } from './study-request.ts'

/** What somebody wants changed; of the limits, too, what is absent stays, and what is null is no limit any more. */
export interface EditRequest {
  readonly name?: string
  readonly tags?: readonly string[]
  readonly limits?: LimitsEdit
  /** All of it. */
  readonly searchSpace?: SearchSpaceRequest
}
export interface LimitsEdit {
  readonly trials?: number | null | undefined
  readonly parallel?: number | undefined
  readonly seconds?: number | null | undefined
}

/**
 * Renames a study, or changes its limits or its search space while it runs; trials that are there stay, and stay points
 * of the space.
 *
 * @param revision that the study must have; undefined for any.
 * @throws precondition-failed, limit-too-low, illegal-move, invalid-study, incompatible-search-space
 */
export async function editStudy(
  deps: ServiceDeps,
  id: StudyId,
  request: EditRequest,
  revision?: number,
): Promise<StudyRecord> {
  await deps.store.editStudy(id, (definition) => editOf(deps, id, definition, request), revision)
  deps.logger.info({ studyId: id }, 'study edited')
  // There may be room for more trials, or no time left.
  await bestEffort(deps, id, reconcileStudy(deps, id))
  return deps.store.getStudy(id)
}

async function editOf(
  deps: ServiceDeps,
  id: StudyId,
  definition: StudyDefinition,
  { limits, searchSpace: wanted, ...named }: EditRequest,
): Promise<StudyEdit> {
  const changes = { ...named, ...(limits && { limits: changeLimits(definition, limits) }) }
  if (!wanted) return { changes }
  const searchSpace = completeSpace(wanted)
  refuseFaults('invalid-study', await checkDefinition(deps.trainers, { ...definition, searchSpace }))
  const snapshot = await deps.snapshots.load(id)
  refuseFaults('incompatible-search-space', [
    ...checkSpaceEdit(definition.searchSpace, searchSpace, snapshot.trials),
    ...checkAdded(deps.trainers[definition.trainer.kind], definition, searchSpace, snapshot),
  ])
  return { changes: { ...changes, searchSpace }, fitsTrials: fitsTrials(definition, searchSpace, snapshot) }
}

/** An edit that holds for any trials is not to wait for a study that commits one after the other. */
function fitsTrials(
  { searchSpace }: StudyDefinition,
  wanted: SearchSpace,
  { trials }: StudySnapshot,
): number | undefined {
  const dependsOnTrials = trials.length === 0 || addedConstraints(searchSpace, wanted).length > 0
  return dependsOnTrials ? trials.length : undefined
}

const ENDLESS = { path: 'limits.trials', message: 'only an external study may go on for ever: give a number' }

function changeLimits({ limits, trainer }: StudyDefinition, changes: LimitsEdit): Limits {
  const { trials = limits.trials, parallel = limits.parallel, seconds = limits.seconds } = changes
  if (trials === null && trainer.kind !== 'external') refuseFaults('invalid-request', [ENDLESS])
  return {
    parallel,
    ...(typeof trials === 'number' && { trials }),
    ...(typeof seconds === 'number' && { seconds }),
  }
}

/** What its trainer knows of the trials that were trained without a parameter. */
function checkAdded(
  { checkAdded: refusal }: Trainer,
  { searchSpace, trainer }: StudyDefinition,
  wanted: SearchSpace,
  { trials }: StudySnapshot,
): Fault[] {
  if (!refusal || trials.length === 0) return []
  const known = new Set(searchSpace.parameters.map(({ name }) => name))
  return wanted.parameters.flatMap((parameter, i) => {
    const message = known.has(parameter.name) ? undefined : refusal(trainer, parameter)
    return message === undefined ? [] : [{ path: `searchSpace.parameters[${i}]`, message }]
  })
}
