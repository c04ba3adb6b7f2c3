/**
 * The standard normal distribution, accurate in relative terms far into the tails.
 *
 * erfc and erfcx: W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969),
 * as in his CALERF; relative error below 1e-15 in exact arithmetic. Quantile: M. J. Wichura, algorithm AS 241
 * (PPND16), Applied Statistics 37 (1988), relative error about 1e-16.
 */
const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)
const SQRT1_2 = Math.SQRT1_2
const INV_SQRT_PI = 1 / Math.sqrt(Math.PI)

export function normalPdf(z: number): number {
  return Math.exp(normalLogPdf(z))
}

export function normalLogPdf(z: number): number {
  return -0.5 * z * z - LOG_SQRT_2PI
}

export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * SQRT1_2)
}

/** log of the cdf; finite down to z = -1e150. */
export function normalLogCdf(z: number): number {
  if (z > -1) return Math.log1p(-0.5 * erfc(z * SQRT1_2))
  return Math.log(0.5 * erfcx(-z * SQRT1_2)) - 0.5 * z * z
}

/**
 * log h(z), h(z) = pdf(z) + z cdf(z): the expected improvement of a standard normal below a threshold z.
 * Three branches, as in Ament et al., "Unexpected improvements to expected improvement" (NeurIPS 2023), eq. 9.
 */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(normalPdf(z) + z * normalCdf(z))
  // From here on 1 - |z| cdf/pdf is 1/z² to rounding, and its computed value would be noise.
  if (z <= -1e6) return normalLogPdf(z) - 2 * Math.log(-z)
  return normalLogPdf(z) + log1mexp(Math.log(millsRatio(-z) * -z))
}

/** (1 - cdf(x)) / pdf(x) for x >= 0. */
function millsRatio(x: number): number {
  return Math.sqrt(Math.PI / 2) * erfcx(x * SQRT1_2)
}

/** log(1 - exp(w)) for w < 0 (Maechler, "Accurately computing log(1 - exp(-|a|))", 2012). */
export function log1mexp(w: number): number {
  return w > -Math.LN2 ? Math.log(-Math.expm1(w)) : Math.log1p(-Math.exp(w))
}

export function erfc(x: number): number {
  const y = Math.abs(x)
  if (y <= 0.46875) return 1 - x * erfRatio(y * y)
  const tail = expMinusSquare(y) * erfcxPositive(y)
  return x < 0 ? 2 - tail : tail
}

/** exp(x²) erfc(x); overflows to Infinity below x = -26.6. */
export function erfcx(x: number): number {
  if (Math.abs(x) <= 0.46875) return Math.exp(x * x) * (1 - x * erfRatio(x * x))
  return x > 0 ? erfcxPositive(x) : 2 * Math.exp(x * x) - erfcxPositive(-x)
}

/** exp(-y²) with the square split in two, so that its rounding error does not grow with y. */
function expMinusSquare(y: number): number {
  const head = Math.trunc(y * 16) / 16
  return Math.exp(-head * head) * Math.exp(-(y - head) * (y + head))
}

const ERF_P = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
]
const ERF_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
const MIDDLE_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
  881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
]
const MIDDLE_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
]
const TAIL_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
]
const TAIL_Q = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
]

/** erf(x) / x for x² <= 0.22. */
function erfRatio(square: number): number {
  return polynomial(ERF_P, square) / polynomial(ERF_Q, square)
}

function erfcxPositive(y: number): number {
  if (y <= 4) return polynomial(MIDDLE_P, y) / polynomial(MIDDLE_Q, y)
  const square = 1 / (y * y)
  return (INV_SQRT_PI - (square * polynomial(TAIL_P, square)) / polynomial(TAIL_Q, square)) / y
}

const CENTRE_P = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
]
const CENTRE_Q = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
]
const NEAR_P = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const NEAR_Q = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
]
const FAR_P = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
]
const FAR_Q = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
]

/** Inverse of the cdf; ±Infinity at 1 and 0, NaN outside [0, 1]. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(CENTRE_P, r)) / polynomial(CENTRE_Q, r)
  }
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)))
  const tail =
    r <= 5
      ? polynomial(NEAR_P, r - 1.6) / polynomial(NEAR_Q, r - 1.6)
      : polynomial(FAR_P, r - 5) / polynomial(FAR_Q, r - 5)
  return q < 0 ? -tail : tail
}

/** Horner's rule; the coefficient of the highest power comes first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}
