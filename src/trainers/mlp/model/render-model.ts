import { DEVIATIONS_MAX } from '../data/standardize.ts'
import { layersOf, type ModelLayer } from './layers.ts'
import { type Model, plain, plainFeatures } from './model.ts'
import { onnxGraph } from './onnx-graph.ts'
import { writeOnnx } from './onnx-proto.ts'

/** As a file for ONNX runtimes; its metadata tell the columns and classes. */
export function modelAsOnnx(model: Model): Uint8Array {
  const { task, columns, targets, classes } = model
  return writeOnnx(onnxGraph(model), {
    task,
    columns: JSON.stringify(columns),
    targets: JSON.stringify(targets),
    classes: JSON.stringify(classes),
  })
}

/** Everything in plain numbers, for programs of one's own. */
export function modelAsJson(model: Model): object {
  const { task, columns, targets, classes, features, values, shape } = model
  return {
    task,
    columns,
    targets,
    classes,
    standardization: { ...plainFeatures(features), clip: DEVIATIONS_MAX },
    ...(task === 'regression' && { outputScaling: plain(values) }),
    loss: shape.loss,
    layers: layersOf(model).map(layerAsJson),
  }
}

function layerAsJson({
  inputs,
  outputs,
  weights,
  bias,
  normalization,
  activation,
  isResidual,
}: ModelLayer): object {
  const rows = Array.from({ length: inputs }, (_, i) => [...weights.subarray(i * outputs, (i + 1) * outputs)])
  return {
    weights: rows,
    bias: [...bias],
    ...(normalization && { normalization: plainNormalization(normalization) }),
    ...(activation && { activation }),
    ...(isResidual && { residual: true }),
  }
}

function plainNormalization({ kind, ...numbers }: NonNullable<ModelLayer['normalization']>): object {
  const entries = Object.entries(numbers).map(([name, values]) => [name, [...values]])
  return { kind, epsilon: 1e-5, ...Object.fromEntries(entries) }
}
