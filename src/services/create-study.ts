import { createHash, randomBytes, randomInt } from 'node:crypto'
import { checkMetrics } from '../domain/check-metrics.ts'
import { checkSearchSpace } from '../domain/check-search-space.ts'
import { type Fault, HoneError } from '../domain/errors.ts'
import { newStudyId, type StudyId } from '../domain/ids.ts'
import type { Metric } from '../domain/metric.ts'
import type { ParameterSpec, SearchSpace } from '../domain/search-space.ts'
import type { Limits, StudyDefinition, TrainerSpec } from '../domain/study.ts'
import { isSatisfiable } from '../optimizer/feasible.ts'
import { bestEffort } from './best-effort.ts'
import type { ServiceDeps } from './deps.ts'
import type { StudyRecord } from './ports/study-records.ts'
import type { Trainers } from './ports/trainer.ts'
import type {
  MetricRequest,
  ParameterRequest,
  SearchSpaceRequest,
  StudyRequest,
  TrainerRequest,
} from './study-request.ts'
import { topUp } from './top-up.ts'

const DEFAULT_TRIALS = 50
// One at a time learns the most from each trial, and makes a run repeatable; who has workers raises it.
const DEFAULT_PARALLEL = 1
// Whoever asks for a trial is a worker that is there; ten are more than most have, and each costs a random trial first.
const DEFAULT_ASKED = 10

/**
 * @param token the study that was created with the same token is answered again.
 * @throws invalid-study with every fault found, each with its path and what to do.
 */
export async function createStudy(
  deps: ServiceDeps,
  request: StudyRequest,
  token?: string,
): Promise<StudyRecord> {
  const definition = await completeDefinition(deps.trainers, request)
  refuse(await checkDefinition(deps.trainers, definition))
  const id = newStudyId(token === undefined ? randomBytes(16) : createHash('sha256').update(token).digest())
  if (token !== undefined && (await exists(deps, id))) return deps.store.getStudy(id)
  await deps.store.createStudy(id, definition)
  await deleteUnlessPossible(deps, id, definition)
  deps.logger.info({ studyId: id, trials: definition.limits.trials }, 'study created')
  await bestEffort(deps, id, topUp(deps, id))
  return deps.store.getStudy(id)
}

/**
 * A data set that was there may have been deleted before the study was: who deletes one looks for studies after closing
 * it, and this looks at it after creating one, so one of them sees the other.
 */
async function deleteUnlessPossible(
  deps: ServiceDeps,
  id: StudyId,
  { trainer }: StudyDefinition,
): Promise<void> {
  const faults = await deps.trainers[trainer.kind].checkTrainer(trainer)
  if (faults.length > 0) await deps.store.deleteStudy(id)
  refuse(faults)
}

async function exists(deps: ServiceDeps, id: StudyId): Promise<boolean> {
  return deps.store.getRevision(id).then(
    () => true,
    (error: unknown) => {
      if (error instanceof HoneError && error.code === 'study-not-found') return false
      throw error
    },
  )
}

async function completeDefinition(trainers: Trainers, request: StudyRequest): Promise<StudyDefinition> {
  const trainer = completeTrainer(request.trainer)
  refuse(await trainers[trainer.kind].checkTrainer(trainer))
  const defaults = await trainers[trainer.kind].defaults?.(trainer)
  if (!defaults) refuse(withoutDefaults(request))
  const { searchSpace = 'default' } = request
  return {
    name: request.name ?? defaultName(trainer),
    seed: request.seed ?? randomInt(2 ** 32),
    tags: request.tags ?? [],
    searchSpace: searchSpace === 'default' ? defaults!.searchSpace : completeSpace(searchSpace),
    metrics: request.metrics?.map(completeMetric) ?? defaults!.metrics,
    trainer,
    sampler: request.sampler ?? { kind: 'auto' },
    pruner: request.pruner ?? { kind: 'none' },
    limits: completeLimits(trainer, request.limits),
    ...(request.priority !== undefined && { priority: request.priority }),
  }
}

function completeTrainer(trainer: TrainerRequest): TrainerSpec {
  return trainer.kind === 'mlp' ? { ...trainer, settings: trainer.settings ?? {} } : trainer
}

/** What a request must say when its trainer has no space and no objective of its own. */
function withoutDefaults({ searchSpace = 'default', metrics }: StudyRequest): Fault[] {
  const faults: Fault[] = []
  const own = 'an external study has none of its own'
  if (searchSpace === 'default')
    faults.push({ path: 'searchSpace', message: `is missing: say what to search, ${own}` })
  if (!metrics) faults.push({ path: 'metrics', message: `is missing: say what you will tell, ${own}` })
  return faults
}

/** Only a study that somebody else drives may go on for ever. */
function completeLimits({ kind }: TrainerSpec, limits: StudyRequest['limits'] = {}): Limits {
  const isExternal = kind === 'external'
  const trials = limits.trials ?? (isExternal ? undefined : DEFAULT_TRIALS)
  const { seconds, parallel = isExternal ? DEFAULT_ASKED : DEFAULT_PARALLEL } = limits
  return { parallel, ...(trials !== undefined && { trials }), ...(seconds !== undefined && { seconds }) }
}

function defaultName(trainer: TrainerSpec): string {
  if (trainer.kind === 'external') return 'external'
  return trainer.kind === 'mlp' ? `${trainer.dataset}-mlp` : trainer.name
}

function completeSpace(space: SearchSpaceRequest): SearchSpace {
  return { parameters: space.parameters.map(completeParameter), constraints: space.constraints ?? [] }
}

function completeParameter(parameter: ParameterRequest): ParameterSpec {
  const { when, ...rest } = parameter
  const condition = when && { when }
  switch (rest.type) {
    case 'float': {
      const { step, scale = 'linear', prior, ...float } = rest
      return { ...float, scale, ...(step !== undefined && { step }), ...(prior && { prior }), ...condition }
    }
    case 'int': {
      const { step = 1, scale = 'linear', prior, ...int } = rest
      return { ...int, scale, step, ...(prior && { prior }), ...condition }
    }
    default:
      return { ...rest, ...condition }
  }
}

function completeMetric(metric: MetricRequest): Metric {
  if ('goal' in metric) {
    const { name, goal, reference } = metric
    return { name, goal, ...(reference !== undefined && { reference }) }
  }
  if (metric.role === 'store') return metric
  const { min, max, ...named } = metric
  return { ...named, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
}

async function checkDefinition(trainers: Trainers, definition: StudyDefinition): Promise<readonly Fault[]> {
  const { searchSpace, metrics, trainer, seed } = definition
  const faults = [
    ...checkSearchSpace(searchSpace),
    ...checkMetrics(metrics),
    ...(await trainers[trainer.kind].checkDefinition(definition)),
  ]
  if (faults.length > 0 || isSatisfiable(searchSpace, seed)) return faults
  return [
    { path: 'searchSpace.constraints', message: 'no values satisfy all constraints: loosen one of them' },
  ]
}

function refuse(faults: readonly Fault[]): void {
  const [first] = faults
  if (!first) return
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  throw new HoneError('invalid-study', `${first.path}: ${first.message}${more}`, { faults })
}
