import { MLP_DEFAULTS } from '../../src/domain/mlp-settings.ts'
import type { Options } from './reference-engine.ts'

/** Factor of the learning rate: epochs count from 1, the epoch's steps from 0. As native/include/mlp/schedule.h. */
export function scheduleFactor(given: Options, epoch: number, step: number, steps: number): number {
  const options = { ...MLP_DEFAULTS, ...given }
  const { warmupEpochs, scheduleEpochs } = options
  if (epoch <= warmupEpochs) return ((epoch - 1) * steps + step + 1) / (warmupEpochs * steps)
  // Epochs, or parts of them where every step counts.
  const grain = options.scheduleEvery === 'step' ? 1 / steps : 1
  const whole = epoch - 1 - warmupEpochs
  const passed = whole + (grain < 1 ? step * grain : 0)
  const covered = Math.max(scheduleEpochs - warmupEpochs, 1)
  switch (options.schedule) {
    case 'constant':
    case 'plateau':
      return 1
    case 'step':
      return options.stepFactor ** Math.floor(whole / options.stepEpochs)
    case 'exponential':
      return covered > grain ? options.finalFactor ** (passed / (covered - grain)) : 1
    case 'polynomial':
      return (1 - passed / covered) ** options.polynomialPower
    case 'cosine':
      return fall(passed / covered)
    case 'cosineRestarts':
      return fall(shareOfCycle(passed, options.restartEpochs, options.restartFactor))
    case 'oneCycle':
      return oneCycle(whole * steps + step, covered * steps)
  }
}

/** From 1 at 0 to 0 at 1. */
function fall(share: number): number {
  return (1 + Math.cos(Math.PI * share)) / 2
}

function shareOfCycle(passed: number, length: number, longer: number): number {
  return passed < length ? passed / length : shareOfCycle(passed - length, length * longer, longer)
}

function oneCycle(step: number, steps: number): number {
  const top = Math.max(0.3 * steps - 1, 0)
  if (step <= top) return top === 0 ? 1 : 1 - (1 - 1 / 25) * fall(step / top)
  const end = 1 / 25 / 10_000
  return end + (1 - end) * fall((step - top) / (steps - 1 - top))
}

/** What the schedule plateau multiplies the rate by; stays 1 for the others. */
export function createPlateau(given: Options) {
  const { schedule, warmupEpochs, plateauEpochs, stepFactor } = { ...MLP_DEFAULTS, ...given }
  let factor = 1
  let best = Number.POSITIVE_INFINITY
  let waited = 0
  return {
    factor: () => factor,
    observe(epoch: number, loss: number) {
      if (schedule !== 'plateau' || epoch <= warmupEpochs) return
      waited = loss < best ? 0 : waited + 1
      best = Math.min(best, loss)
      if (waited < plateauEpochs) return
      factor *= stepFactor
      waited = 0
    },
  }
}
