import { randomInt } from 'node:crypto'
import type { Fault } from '../../domain/errors.ts'
import type { Metric } from '../../domain/metric.ts'
import type { ParameterSpec, SearchSpace } from '../../domain/search-space.ts'
import type { Limits, PrunerSpec, StudyDefinition, TrainerSpec } from '../../domain/study.ts'
import type { Trainers } from '../ports/trainer.ts'
import { refuseFaults } from '../refuse-faults.ts'
import type {
  MetricRequest,
  ParameterRequest,
  SearchSpaceRequest,
  StudyRequest,
  TrainerRequest,
} from './study-request.ts'

const DEFAULT_TRIALS = 50
// One at a time learns the most from each trial, and makes a run repeatable; who has workers raises it.
const DEFAULT_PARALLEL = 1
// Whoever asks for a trial is a worker that is there; ten are more than most have, and each costs a random trial first.
const DEFAULT_ASKED = 10

/** Every default filled in. @throws invalid-study where the trainer has none. */
export async function completeDefinition(
  trainers: Trainers,
  request: StudyRequest,
): Promise<StudyDefinition> {
  const trainer = completeTrainer(request.trainer)
  refuseFaults('invalid-study', await trainers[trainer.kind].checkTrainer(trainer))
  const defaults = await trainers[trainer.kind].defaults?.(trainer)
  if (!defaults) refuseFaults('invalid-study', withoutDefaults(request))
  const { searchSpace: asked = 'default' } = request
  const searchSpace = asked === 'default' ? defaults!.searchSpace : completeSpace(asked)
  return {
    name: request.name ?? defaultName(trainer),
    seed: request.seed ?? randomInt(2 ** 32),
    tags: request.tags ?? [],
    searchSpace,
    metrics: request.metrics?.map(completeMetric) ?? defaults!.metrics,
    trainer,
    sampler: request.sampler ?? { kind: 'auto' },
    pruner: completePruner(request.pruner, trainers[trainer.kind].fullSteps?.(trainer, searchSpace)),
    limits: completeLimits(trainer, request.limits),
    ...(request.priority !== undefined && { priority: request.priority }),
    ...(request.stopping && { stopping: request.stopping }),
  }
}

function completeTrainer(trainer: TrainerRequest): TrainerSpec {
  return trainer.kind === 'mlp' ? { ...trainer, settings: trainer.settings ?? {} } : trainer
}

function completePruner(pruner: PrunerSpec = { kind: 'none' }, maxSteps?: number): PrunerSpec {
  return pruner.kind === 'auto' && maxSteps !== undefined ? { maxSteps, ...pruner } : pruner
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

export function completeSpace(space: SearchSpaceRequest): SearchSpace {
  return { parameters: space.parameters.map(completeParameter), constraints: space.constraints ?? [] }
}

function completeParameter(parameter: ParameterRequest): ParameterSpec {
  const { default: standard, when, ...rest } = parameter
  const common = { ...(standard !== undefined && { default: standard }), ...(when && { when }) }
  switch (rest.type) {
    case 'float': {
      const { step, scale = 'linear', prior, ...float } = rest
      return { ...float, scale, ...(step !== undefined && { step }), ...(prior && { prior }), ...common }
    }
    case 'int': {
      const { step = 1, scale = 'linear', prior, ...int } = rest
      return { ...int, scale, step, ...(prior && { prior }), ...common }
    }
    default: {
      const { prior, ...list } = rest
      return { ...list, ...(prior && { prior }), ...common }
    }
  }
}

function completeMetric(metric: MetricRequest): Metric {
  if ('goal' in metric) {
    const { name, goal, scale, reference, noisy } = metric
    return {
      name,
      goal,
      ...(scale === 'log' && { scale }),
      ...(reference !== undefined && { reference }),
      ...(noisy && { noisy }),
    }
  }
  if (metric.role === 'store') return metric
  const { min, max, ...named } = metric
  return { ...named, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
}
