import { expect, it } from 'vitest'
import type { Acquisition } from '../../../../src/optimizer/acquisition/acquisition.ts'
import { averageAcquisitions } from '../../../../src/optimizer/acquisition/average.ts'

/** ln of an expectation of a x + b at points of one feature. */
function line(a: number, b: number): Acquisition {
  const valueAt = ([x]: Float64Array) => Math.log(a * x! + b)
  return {
    evaluate: (points) => Float64Array.from(points, valueAt),
    evaluateWithGradients: (points) => ({
      values: Float64Array.from(points, valueAt),
      gradients: Float64Array.from(points, ([x]) => a / (a * x! + b)),
    }),
  }
}
const points = [Float64Array.of(0.5), Float64Array.of(2)]

it('expects the mean of what the models expect, with its gradient', () => {
  const average = averageAcquisitions([line(1, 1), line(3, 1)])

  const { values, gradients } = average.evaluateWithGradients(points)

  // The mean of the lines is 2 x + 1: ln of 2 and 5, derivatives 2 / 2 and 2 / 5.
  for (const found of [values, average.evaluate(points)]) {
    expect([...found]).toEqual([expect.closeTo(Math.log(2), 12), expect.closeTo(Math.log(5), 12)])
  }
  expect([...gradients]).toEqual([expect.closeTo(1, 12), expect.closeTo(0.4, 12)])
})

it('goes on where no model expects anything', () => {
  const hopeless: Acquisition = {
    ...line(1, 1),
    evaluate: (given) => new Float64Array(given.length).fill(-Infinity),
  }

  expect([...averageAcquisitions([hopeless, hopeless]).evaluate(points)]).toEqual([-Infinity, -Infinity])
})
