import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { loadOnnx } from '../../../bench/optimizer/onnx.ts'
import { tensor } from '../../../bench/optimizer/tensor.ts'

// Messages as onnx.proto3 numbers their fields.
const message = (...parts: [number, string | Uint8Array | number][]) => {
  const writer = new BinaryWriter()
  for (const [field, value] of parts) {
    if (typeof value === 'string') writer.tag(field, 2).string(value)
    else if (typeof value === 'number') writer.tag(field, 0).int64(value)
    else writer.tag(field, 2).bytes(value)
  }
  return writer.finish()
}
const weights = (name: string, shape: number[], values: number[]) =>
  message(
    ...shape.map((size): [number, number] => [1, size]),
    [2, 1],
    [8, name],
    [9, new Uint8Array(Float32Array.from(values).buffer)],
  )
const node = (operator: string, inputs: string[], output: string) =>
  message(...inputs.map((name): [number, string] => [1, name]), [2, output], [4, operator])
const model = (nodes: Uint8Array[], initializers: Uint8Array[]) => {
  const graph = message(
    ...nodes.map((one): [number, Uint8Array] => [1, one]),
    ...initializers.map((one): [number, Uint8Array] => [5, one]),
    [12, message([1, 'y'])],
  )
  return message([7, graph])
}

describe('a network in ONNX', () => {
  it('computes what its layers say', () => {
    const bytes = model(
      [node('Gemm', ['x', 'w', 'b'], 'h'), node('Relu', ['h'], 'r'), node('Add', ['r', 'c'], 'y')],
      [weights('w', [2, 3], [1, 2, 3, -1, -1, -1]), weights('b', [2], [0.5, 0.25]), weights('c', [1], [10])],
    )

    const { shape, data } = loadOnnx(bytes).run({ x: tensor([1, 3], [1, 1, 2]) })

    // [1 + 2 + 6 + 0.5, max(-4 + 0.25, 0)] + 10, by hand.
    expect([...data]).toEqual([19.5, 10])
    expect(shape).toEqual([1, 2])
  })

  it('is refused when it has an operator that is not known', () => {
    expect(() => loadOnnx(model([node('Conv', ['x'], 'y')], []))).toThrow(
      'The operator Conv is not supported.',
    )
  })
})
