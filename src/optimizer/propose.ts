import type { StudySnapshot } from '../domain/events.ts'
import { objectivesOf, toMinimized } from '../domain/metric.ts'
import type { ParameterValues, SearchSpace } from '../domain/search-space.ts'
import type { StudyDefinition } from '../domain/study.ts'
import type { Proposal, Rationale, Trial } from '../domain/trial.ts'
import type { StartPoint } from '../domain/warm-start.ts'
import { Random } from '../math/random.ts'
import { typescriptAlgebra } from '../math/typescript-algebra.ts'
import { decode, type EncodedSpace, encodeSpace } from './encode.ts'
import { fixParameters } from './fix-space.ts'
import { createNumerics, type Numerics } from './numerics.ts'
import { observe } from './observe.ts'
import { nextPromotion } from './pruners/first-round.ts'
import { SAMPLERS } from './registry.ts'
import { samplerSpace } from './sampler-space.ts'
import { nextStartPoint } from './warm-start/next-start-point.ts'

/**
 * The values of a study's next trial, or `exhausted` when every point of the space has been tried. A pure function
 * of the definition, the trials' parameter values, states and metrics, and the index, and of their curves where
 * `goesByCurves` says so: not of times, workers, or whether an unfinished trial is queued or running.
 *
 * @param index number of the trial to come.
 * @param numerics faster algebra and a memory, where there are any; the origin names the algebra, whose rounding is in
 *   the values.
 * @param fixed legal values of some parameters: the others are searched, from the trials that have these values too.
 */
export function propose(
  snapshot: StudySnapshot,
  index: number,
  numerics: Numerics = createNumerics(typescriptAlgebra),
  fixed: ParameterValues = {},
): Proposal | 'exhausted' {
  const isFree = Object.keys(fixed).length === 0
  const seen = isFree ? snapshot : fixParameters(snapshot, fixed)
  const { definition } = seen.study
  const encoded = encodedOnce(samplerSpace(definition))
  const history = observe(seen, encoded)
  const start = isFree ? nextStartPoint(seen, encoded) : undefined
  if (start) return startFrom(start, snapshot.revision)
  const promoted = isFree ? nextPromotion(seen) : undefined
  if (promoted) return promote(promoted, snapshot.revision)
  const random = Random.fromSeed(definition.seed)
  const answer = SAMPLERS[definition.sampler.kind].propose({
    encoded,
    history,
    index,
    spec: definition.sampler,
    limits: { ...definition.limits, trials: definition.limits.trials ?? Number.POSITIVE_INFINITY },
    random,
    numerics,
  })
  if (!answer) return 'exhausted'
  const { phase, algebra, rationale } = answer
  const { name, version } = answer.sampler
  return {
    params: decode(encoded, answer.point),
    origin: {
      sampler: name,
      version,
      phase,
      revision: snapshot.revision,
      ...(!isFree && { fixed }),
      ...(algebra && { algebra }),
      ...(rationale && { rationale: inOwnUnit(rationale, definition) }),
    },
  }
}

// Goes up with every change of which start point comes next.
const WARM_START_VERSION = 1

function startFrom({ params, from }: StartPoint, revision: number): Proposal {
  return {
    params,
    origin: { sampler: 'warm-start', version: WARM_START_VERSION, phase: 'startup', revision, from },
  }
}

// Goes up with every change of which trial is promoted.
const PROMOTION_VERSION = 1

function promote({ params, number }: Trial, revision: number): Proposal {
  const origin = { sampler: 'promotion', version: PROMOTION_VERSION, phase: 'startup' } as const
  return { params, origin: { ...origin, revision, promotedFrom: number } }
}

/** With the sign of the objective. */
function inOwnUnit(rationale: Rationale, { metrics }: StudyDefinition): Rationale {
  const { mean } = rationale
  // The sum turns -0, which JSON does not hold, into 0.
  return mean === undefined
    ? rationale
    : { ...rationale, mean: toMinimized(objectivesOf(metrics)[0]!, mean) + 0 }
}

// A study whose space changes gets another object; a worker proposes for the same one again and again.
const encodedSpaces = new WeakMap<SearchSpace, EncodedSpace>()

function encodedOnce(space: SearchSpace): EncodedSpace {
  const encoded = encodedSpaces.get(space) ?? encodeSpace(space)
  encodedSpaces.set(space, encoded)
  return encoded
}
