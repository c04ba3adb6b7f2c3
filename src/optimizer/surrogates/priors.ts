/**
 * Priors of the hyperparameters. Each is a density of the parameter itself, written as a function of theta = ln(parameter)
 * because that is what the fit moves: it looks for the most probable parameter, not the most probable logarithm.
 */
export interface Prior {
  /** -ln density, up to a constant. */
  readonly penalty: (theta: number) => number
  readonly gradient: (theta: number) => number
  /** Bounds of theta. */
  readonly lower: number
  readonly upper: number
}

function gamma(shape: number, rate: number, min: number, max: number): Prior {
  return {
    penalty: (theta) => rate * Math.exp(theta) - (shape - 1) * theta,
    gradient: (theta) => rate * Math.exp(theta) - (shape - 1),
    lower: Math.log(min),
    upper: Math.log(max),
  }
}

// The dimension for which the middle is the length of the axis.
const UNIT_DIMENSIONS = 5

/**
 * Two-sided, -ln density = 0.1 (w + 1/w) of the inverse squared length w, as in Optuna's sampler: short lengths would
 * pass noise off as function, long ones call a dimension irrelevant that was hardly looked at. The middle grows with
 * the root of the dimension, as distances do (Hvarfner, Hellsten and Nardi, ICML 2024). Unit: the axis.
 */
export function lengthScalePrior(dimensions: number): Prior {
  const middle = dimensions / UNIT_DIMENSIONS
  return {
    penalty: (theta) => 0.1 * (Math.exp(2 * theta) / middle + Math.exp(-2 * theta) * middle),
    gradient: (theta) => 0.2 * (Math.exp(2 * theta) / middle - Math.exp(-2 * theta) * middle),
    lower: Math.log(0.025),
    upper: Math.log(50),
  }
}

/** Variance of the noise on standardized values: small, and as good as absent where the data say so. */
export const NOISE_PRIOR = gamma(1.1, 30, 1e-6, 1)

/** Variance of the function on standardized values: about 1. */
export const SIGNAL_PRIOR = gamma(2, 1, 0.05, 20)
