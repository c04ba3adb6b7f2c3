import type { Random } from '../../../src/math/random.ts'

// None of its trials can diverge, and each takes some tenths of a second.
const mlp = {
  searchSpace: { parameters: [{ name: 'learningRate', type: 'float', min: 1e-4, max: 1e-3, scale: 'log' }] },
  trainer: {
    kind: 'mlp',
    dataset: 'digits',
    settings: { epochs: 100, patience: 0, hiddenLayers: 1, hiddenUnits: 32 },
  },
}

const tradeOff = {
  metrics: [
    { name: 'validationLoss', goal: 'minimize' },
    { name: 'validationAccuracy', goal: 'maximize' },
  ],
}

/** Real trainings by each sampler, and functions, whose trials are all bookkeeping. */
const KINDS = [
  { ...mlp, ...tradeOff, sampler: { kind: 'random' }, pruner: { kind: 'median' }, parallel: 4 },
  { trainer: { kind: 'function', name: 'sine-cosine' }, sampler: { kind: 'auto' }, parallel: 2 },
  { ...mlp, sampler: { kind: 'auto' }, pruner: { kind: 'auto' }, parallel: 3 },
  { trainer: { kind: 'function', name: 'hartmann6' }, sampler: { kind: 'sobol' }, parallel: 8 },
]
const TRIALS_A_STUDY = 20

/** Requests for studies that have this many trials together. */
export function chaosStudies(trials: number, random: Random): object[] {
  const count = Math.ceil(trials / TRIALS_A_STUDY)
  return Array.from({ length: count }, (_, i) => {
    const { parallel, ...kind } = KINDS[i % KINDS.length]!
    const budget = Math.min(TRIALS_A_STUDY, trials - i * TRIALS_A_STUDY)
    return { ...kind, name: `chaos-${i}`, seed: random.bits32(), limits: { trials: budget, parallel } }
  })
}
