import type { DatasetColumn, DatasetTask } from '../../../domain/dataset.ts'
import type { DatasetShape } from '../data/dataset.ts'
import type { FeatureScaling, Scaling } from '../data/standardize.ts'
import type { NetworkShape } from '../engine/native-engine.ts'

/** A trained network and all that it takes to use it on rows as they are in the file. */
export interface Model {
  readonly task: DatasetTask
  readonly columns: readonly DatasetColumn[]
  /** One that said what each row counted in training, and says nothing of a row to predict. */
  readonly weightColumn?: string
  readonly targets: readonly string[]
  readonly classes: readonly string[]
  /** Of the features; what is not bent is clipped at DEVIATIONS_MAX after it. */
  readonly features: FeatureScaling
  /** Of the values to predict: outputs are times the deviation, plus the mean. */
  readonly values: Scaling
  readonly shape: NetworkShape
  /** As the engine has them. */
  readonly weights: Float32Array
}

type Trained = Pick<Model, 'shape' | 'weights'> & {
  scaling: { features: FeatureScaling; targets: Scaling }
}

export function modelOf(dataset: DatasetShape, { shape, weights, scaling }: Trained): Model {
  const { task, columns, weightColumn, targetNames: targets, classes } = dataset
  return {
    task,
    columns,
    ...(weightColumn !== undefined && { weightColumn }),
    targets,
    classes,
    features: scaling.features,
    values: scaling.targets,
    shape,
    weights,
  }
}

/** JSON of everything but the weights, its length in four bytes before it; then the weights. Little-endian. */
export function encodeModel({ weights, features, values, ...rest }: Model): Uint8Array {
  const json = new TextEncoder().encode(
    JSON.stringify({ ...rest, features: plainFeatures(features), values: plain(values) }),
  )
  const bytes = new Uint8Array(4 + json.length + weights.byteLength)
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 4)
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength), 4 + json.length)
  return bytes
}

export function decodeModel(content: Uint8Array): Model {
  const bytes = new Uint8Array(content)
  const length = new DataView(bytes.buffer).getUint32(0, true)
  const rest = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Model
  const { features, values } = rest as unknown as { features: StoredFeatures; values: PlainScaling }
  return {
    ...rest,
    features: { ...fromPlain(features), tails: features.tails ?? [] },
    values: fromPlain(values),
    weights: new Float32Array(bytes.buffer.slice(4 + length)),
  }
}

interface PlainScaling {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** Networks from before there were tails have none. */
type StoredFeatures = PlainScaling & Partial<Pick<FeatureScaling, 'tails'>>

export function plainFeatures({ tails, ...scaling }: FeatureScaling): StoredFeatures {
  return { ...plain(scaling), tails }
}

export function plain({ mean, deviation }: Scaling): PlainScaling {
  return { mean: [...mean], deviation: [...deviation] }
}

function fromPlain({ mean, deviation }: PlainScaling): Scaling {
  return { mean: Float64Array.from(mean), deviation: Float64Array.from(deviation) }
}
