import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { FloatSpec, IntSpec, ParameterSpec } from '../../domain/search-space.ts'
import { isStudyFinished } from '../../domain/study.ts'
import { endsAtTrainerLimit } from '../../domain/trainer-limits.ts'
import { encodeSpace } from '../space/encode.ts'
import { withLogarithms } from '../space/wide-ranges.ts'
import { type Check, MIN_DIAGNOSED } from './diagnostic.ts'

type Ranged = FloatSpec | IntSpec

// As shares of an axis, and of the best trials that must agree.
const AT_BOUND = 0.02
const NEAR_BOUND = 0.1
const AGREEING = 0.6

/** The optimum may lie outside: the winner sits on the bound and most of the best tenth are close to it. */
export const bestOnBound: Check = ({ study, ranked }) => {
  const remedy = isStudyFinished(study.state)
    ? 'widen it in the next study'
    : 'widen it by PATCH of the study'
  if (ranked.length < MIN_DIAGNOSED) return []
  const encoded = encodeSpace(withLogarithms(study.definition.searchSpace))
  const best = ranked.slice(0, Math.max(3, Math.ceil(ranked.length / 10)))
  return rangedParameters(study.definition.searchSpace.parameters).flatMap(({ spec, index }) => {
    const { unitAt, levelOf, count } = encoded.dimensions[index]!
    if (count < 4) return []
    const units = best.flatMap(({ params }) =>
      Object.hasOwn(params, spec.name) ? [unitAt(levelOf(params[spec.name]!))] : [],
    )
    // A lattice value lies in the middle of its cell.
    const margin = AT_BOUND + (Number.isFinite(count) ? 0.5 / count : 0)
    return [false, true].flatMap((upper) => {
      if (endsAtTrainerLimit(study.definition.trainer, spec, upper)) return []
      const gaps = units.map((unit) => (upper ? 1 - unit : unit))
      const near = gaps.filter((gap) => gap <= Math.max(NEAR_BOUND, margin)).length
      const isBound = Object.hasOwn(ranked[0]!.params, spec.name) && gaps[0]! <= margin
      return isBound && near >= AGREEING * units.length ? [onBound(spec, upper, remedy)] : []
    })
  })
}

function onBound({ name, min, max }: Ranged, upper: boolean, remedy: string): Diagnostic {
  const side = upper ? `upper bound ${max}` : `lower bound ${min}`
  const message = `The best ${name} sits on its ${side}: ${remedy}, the optimum may lie beyond.`
  return { code: 'best-on-bound', severity: 'warning', parameter: name, message }
}

function rangedParameters(parameters: readonly ParameterSpec[]): { spec: Ranged; index: number }[] {
  return parameters.flatMap((spec, index) =>
    (spec.type === 'float' || spec.type === 'int') && spec.max > spec.min ? [{ spec, index }] : [],
  )
}
