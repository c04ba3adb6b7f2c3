import { errorFromAxis, fromAxis, objectivesOf } from '../domain/metric.ts'
import type { ParameterValues, SearchSpace } from '../domain/search-space.ts'
import type { StudyDefinition } from '../domain/study.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import type { Proposal, Rationale } from '../domain/trial.ts'
import { Random } from '../math/random.ts'
import { typescriptAlgebra } from '../math/typescript-algebra.ts'
import { observe } from './history/observe.ts'
import { createNumerics, type Numerics } from './numerics.ts'
import { nextPromotion } from './pruners/first-round.ts'
import { SAMPLERS } from './registry.ts'
import { samplerSpace } from './sampler-space.ts'
import { decode, type EncodedSpace, encodeSpace } from './space/encode.ts'
import { fixParameters } from './space/fix-space.ts'
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
  const encoded = encodedOnce(samplerSpace(seen.study.definition))
  const planned = isFree ? (startPoint(seen, encoded) ?? promotion(seen)) : undefined
  const proposal = planned ?? sampled(seen, encoded, index, numerics)
  if (!proposal) return (isFree ? promotion(seen, true) : undefined) ?? 'exhausted'
  return isFree ? proposal : { ...proposal, origin: { ...proposal.origin, fixed } }
}

/** What the study's sampler chooses. */
function sampled(
  snapshot: StudySnapshot,
  encoded: EncodedSpace,
  index: number,
  numerics: Numerics,
): Proposal | undefined {
  const { revision, study } = snapshot
  const { sampler: spec, limits, seed } = study.definition
  const answer = SAMPLERS[spec.kind].propose({
    encoded,
    history: observe(snapshot, encoded),
    index,
    spec,
    limits: { ...limits, trials: limits.trials ?? Number.POSITIVE_INFINITY },
    random: Random.fromSeed(seed),
    numerics,
  })
  if (!answer) return undefined
  const { phase, algebra, rationale } = answer
  const { name, version } = answer.sampler
  return {
    params: decode(encoded, answer.point),
    origin: {
      sampler: name,
      version,
      phase,
      revision,
      ...(algebra && { algebra }),
      ...(rationale && { rationale: inOwnUnit(rationale, study.definition) }),
    },
  }
}

// Goes up with every change of which start point comes next.
const WARM_START_VERSION = 1

function startPoint(snapshot: StudySnapshot, encoded: EncodedSpace): Proposal | undefined {
  const start = nextStartPoint(snapshot, encoded)
  if (!start) return undefined
  const { params, from } = start
  const origin = { sampler: 'warm-start', version: WARM_START_VERSION, phase: 'startup' } as const
  return { params, origin: { ...origin, revision: snapshot.revision, from } }
}

// Goes up with every change of which trial is promoted.
const PROMOTION_VERSION = 1

function promotion(snapshot: StudySnapshot, isUsedUp = false): Proposal | undefined {
  const promoted = nextPromotion(snapshot, isUsedUp)
  if (!promoted) return undefined
  const { params, number } = promoted
  const origin = { sampler: 'promotion', version: PROMOTION_VERSION, phase: 'startup' } as const
  return { params, origin: { ...origin, revision: snapshot.revision, promotedFrom: number } }
}

/** As the objective is told. */
function inOwnUnit(rationale: Rationale, { metrics }: StudyDefinition): Rationale {
  const { mean: place, deviation } = rationale
  if (place === undefined || deviation === undefined) return rationale
  const objective = objectivesOf(metrics)[0]!
  // The sum turns -0, which JSON does not hold, into 0.
  const mean = fromAxis(objective, place) + 0
  return { ...rationale, mean, deviation: errorFromAxis(objective, mean, deviation) }
}

// A study whose space changes gets another object; a worker proposes for the same one again and again.
const encodedSpaces = new WeakMap<SearchSpace, EncodedSpace>()

function encodedOnce(space: SearchSpace): EncodedSpace {
  const encoded = encodedSpaces.get(space) ?? encodeSpace(space)
  encodedSpaces.set(space, encoded)
  return encoded
}
