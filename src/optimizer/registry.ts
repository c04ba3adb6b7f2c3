import type { SamplerKind } from '../domain/study.ts'
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
