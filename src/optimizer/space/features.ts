import { arraysOf } from '../../math/linalg.ts'
import {
  activity,
  type Dimension,
  type EncodedSpace,
  INACTIVE_UNIT,
  type Point,
  rememberByObject,
} from './encode.ts'

/** What a model sees in place of the index of an inactive categorical. */
const INACTIVE_CODE = -1

/**
 * What the model sees of a point, one number a free dimension: a position in [0, 1], or the index of a category,
 * of which only equality means something. Inactive parameters are imputed by one constant, so that points differ
 * there in their parent alone (and distances stay Euclidean).
 */
export function featuresOf(encoded: EncodedSpace, point: Point): Float64Array {
  return writeFeatures(encoded, point, new Float64Array(encoded.free.length))
}

/** The same of each. */
export function featuresOfAll(encoded: EncodedSpace, points: readonly Point[]): Float64Array[] {
  const features = arraysOf(points.length, encoded.free.length)
  points.forEach((point, p) => {
    writeFeatures(encoded, point, features[p]!)
  })
  return features
}

/**
 * The same of a point that takes each of these levels in one dimension, which is active, without a look at the others.
 *
 * @param rows are written to.
 */
export function writeFeaturesAlong(
  encoded: EncodedSpace,
  { point, features }: { readonly point: Point; readonly features: Float64Array },
  index: number,
  levels: readonly number[],
  rows: readonly Float64Array[],
): void {
  const isParent = encoded.parents.has(index)
  const k = encoded.free.indexOf(index)
  levels.forEach((level, at) => {
    if (isParent) writeFeatures(encoded, point.with(index, level), rows[at]!)
    else {
      rows[at]!.set(features)
      rows[at]![k] = featureAt(encoded.dimensions[index]!, level)
    }
  })
}

function writeFeatures(encoded: EncodedSpace, point: Point, features: Float64Array): Float64Array {
  const { free, dimensions } = encoded
  const active = encoded.isConditional ? activity(encoded, point) : undefined
  // A loop, not a map: thousands of candidates come through here for each proposal.
  for (let k = 0; k < free.length; k++) {
    const index = free[k]!
    const dimension = dimensions[index]!
    if (active?.[index] !== 0) features[k] = featureAt(dimension, point[index]!)
    else features[k] = dimension.kind === 'categorical' ? INACTIVE_CODE : INACTIVE_UNIT
  }
  return features
}

function featureAt({ kind, unitAt }: Dimension, level: number): number {
  return kind === 'categorical' ? level : unitAt(level)
}

/** The level that a model's feature of an active dimension stands for. */
export function levelOfFeature({ kind, levelAt }: Dimension, feature: number): number {
  return kind === 'categorical' ? Math.max(feature, 0) : levelAt(feature)
}

/** `activity` of the point that has these features. */
export function activityOfFeatures(encoded: EncodedSpace, features: Float64Array): Uint8Array {
  const { dimensions, free } = encoded
  const point = new Float64Array(dimensions.length)
  free.forEach((index, k) => {
    point[index] = levelOfFeature(dimensions[index]!, features[k]!)
  })
  return activity(encoded, point)
}

/** The same, remembered by the point: one that was observed never changes. */
export const featuresOnce = rememberByObject(featuresOf)

/** Features of each point, and which of the dimensions hold categories: what a model is conditioned on. */
export function featureRows(points: readonly Point[], encoded: EncodedSpace) {
  return {
    rows: points.map((point) => featuresOnce(encoded, point)),
    categorical: encoded.free.map((index) => encoded.dimensions[index]!.kind === 'categorical'),
  }
}
