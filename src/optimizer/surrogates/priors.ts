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

/** ln(parameter) ~ N(mu, sigma²). */
function logNormal(mu: number, sigma: number, min: number, max: number): Prior {
  return {
    // The + theta is the Jacobian; without it the mode of a length scale would be 20 times too large.
    penalty: (theta) => (theta - mu) ** 2 / (2 * sigma ** 2) + theta,
    gradient: (theta) => (theta - mu) / sigma ** 2 + 1,
    lower: Math.log(min),
    upper: Math.log(max),
  }
}

function gamma(shape: number, rate: number, min: number, max: number): Prior {
  return {
    penalty: (theta) => rate * Math.exp(theta) - (shape - 1) * theta,
    gradient: (theta) => rate * Math.exp(theta) - (shape - 1),
    lower: Math.log(min),
    upper: Math.log(max),
  }
}

/** Grows with the dimension, as distances do: Hvarfner, Hellsten and Nardi (ICML 2024), eq. 8. Unit: the axis. */
export function lengthScalePrior(dimensions: number): Prior {
  return logNormal(Math.SQRT2 + 0.5 * Math.log(dimensions), Math.sqrt(3), 0.025, 50)
}

/** Variance of the noise on standardized values: small, and as good as absent where the data say so. */
export const NOISE_PRIOR = gamma(1.1, 30, 1e-6, 1)

/** Variance of the function on standardized values: about 1. */
export const SIGNAL_PRIOR = gamma(2, 1, 0.05, 20)
