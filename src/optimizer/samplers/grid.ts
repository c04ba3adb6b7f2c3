import { findPoint } from '../space/feasible.ts'
import { gridFor } from '../space/grid-space.ts'
import type { Sampler } from './sampler.ts'

/**
 * Every point of a grid once, in an order shuffled by the seed, so that a study that ends early has seen all parts
 * of it. Exhausted at the end of the grid, which is as fine as the budget of trials allows.
 */
export const gridSampler: Sampler = {
  name: 'grid',
  version: 2,
  propose: ({ encoded, history, index, limits, random }) => {
    const grid = gridFor(encoded, limits.trials)
    const found = findPoint(grid.encoded, random.fork('grid', index), (gridPoint) =>
      history.isNew(grid.toPoint(gridPoint)),
    )
    return found && { point: grid.toPoint(found), phase: 'model', sampler: gridSampler }
  },
}
