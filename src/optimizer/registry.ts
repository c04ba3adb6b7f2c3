import type { PrunerKind, PrunerSpec, SamplerKind } from '../domain/study.ts'
import { autoPruner } from './pruners/auto.ts'
import { medianPruner } from './pruners/median.ts'
import type { Pruner } from './pruners/pruner.ts'
import { successiveHalvingPruner } from './pruners/successive-halving.ts'
import { autoSampler } from './samplers/auto.ts'
import { cmaEsSampler } from './samplers/cma-es.ts'
import { gaussianProcessSampler } from './samplers/gaussian-process.ts'
import { gridSampler } from './samplers/grid.ts'
import { nsgaIiSampler } from './samplers/nsga-ii.ts'
import { randomSampler } from './samplers/random.ts'
import { regularizedEvolutionSampler } from './samplers/regularized-evolution.ts'
import type { Sampler } from './samplers/sampler.ts'
import { sobolSampler } from './samplers/sobol.ts'
import { tpeSampler } from './samplers/tpe.ts'

/** Every sampler that a study can name: the one list to extend. */
export const SAMPLERS: Readonly<Record<SamplerKind, Sampler>> = {
  auto: autoSampler,
  random: randomSampler,
  sobol: sobolSampler,
  'gaussian-process': gaussianProcessSampler,
  tpe: tpeSampler,
  grid: gridSampler,
  'regularized-evolution': regularizedEvolutionSampler,
  'cma-es': cmaEsSampler,
  'nsga-ii': nsgaIiSampler,
}

/** Every pruner that a study can name, but for none. */
export const PRUNERS: {
  readonly [Kind in Exclude<PrunerKind, 'none'>]: Pruner<PrunerSpec & { kind: Kind }>
} = {
  auto: autoPruner,
  median: medianPruner,
  'successive-halving': successiveHalvingPruner,
}
