import { knowledgeGradients } from '../../acquisition/knowledge-gradient.ts'
import type { History } from '../../history/history.ts'
import { type EncodedSpace, isFeasible, type Point } from '../../space/encode.ts'
import { featuresOf } from '../../space/features.ts'
import type { GaussianProcess } from '../../surrogates/gaussian-process.ts'
import type { Training } from '../../surrogates/training.ts'
import { type Beliefs, beliefsOf, runNoise, triedMeans } from '../../surrogates/tried-values.ts'

// The best is hardly ever one that seems worse than so many others.
const MOST = 40

interface Choice {
  readonly encoded: EncodedSpace
  readonly history: Pick<History, 'pending'>
  /** Equally likely models, at least one. */
  readonly processes: readonly GaussianProcess[]
  readonly training: Training
  /** What would be tried otherwise; there may be nothing left. */
  readonly fresh: Point | undefined
}

/**
 * A tried point of which one more run helps to name a good one, if that promises more than a run of a new point. Both in
 * the same currency: what the best that can be named is expected to gain.
 */
export function pointToRunAgain(choice: Choice): Point | undefined {
  const { training, fresh } = choice
  const tried = mostHopeful(choice)
  if (tried.length === 0) return undefined
  const gains = expectedGains(choice, tried)
  const best = gains.indexOf(gains.reduce((a, b) => Math.max(a, b)))
  // Of equal ones, the new point.
  const isNew = fresh !== undefined && gains[tried.length] === gains[best]
  return isNew ? undefined : training.points[tried[best]!]
}

/** Rows of the trials that could be named, the best first. */
function mostHopeful({ encoded, processes, training }: Choice): number[] {
  const means = average(processes.map(triedMeans))
  const rows = [...means.keys()].filter(
    (p) => training.eligible[p] && isFeasible(encoded, training.points[p]!),
  )
  return rows.sort((a, b) => means[a]! - means[b]!).slice(0, MOST)
}

/** Of each of the tried points, and last of the new one. */
function expectedGains(
  { encoded, history, processes, training, fresh }: Choice,
  tried: number[],
): Float64Array {
  const others = fresh ? [featuresOf(encoded, fresh)] : []
  const awaited = history.pending.flatMap((point) => {
    const at = tried.findIndex((p) => isSame(training.points[p]!, point))
    return at < 0 ? [] : [at]
  })
  return average(
    processes.map((process) => {
      const noise = runNoise(process)
      const beliefs = beliefsOf(process, tried, others)
      return knowledgeGradients(
        awaited.reduce((known, at) => expecting(known, at, noise), beliefs),
        noise,
      )
    }),
  )
}

/** What will be known once a run of this point that is under way has ended: the more, whatever it comes to. */
function expecting({ means, covariance }: Beliefs, at: number, noise: number): Beliefs {
  const m = means.length
  const shared = covariance.subarray(at * m, (at + 1) * m)
  const variance = shared[at]! + noise
  return {
    means,
    covariance: covariance.map(
      (value, k) => value - (shared[Math.floor(k / m)]! * shared[k % m]!) / variance,
    ),
  }
}

function isSame(a: Point, b: Point): boolean {
  return a.every((level, i) => level === b[i])
}

function average(lists: readonly Float64Array[]): Float64Array {
  return lists[0]!.map((_, i) => lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length)
}
