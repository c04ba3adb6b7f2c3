"""Writes src/math/sobol-directions.ts: python3 scripts/golden/sobol-directions.py > src/math/sobol-directions.ts

Source: Joe & Kuo's table new-joe-kuo-6.21201 as SciPy ships it (scipy/stats/_sobol_direction_numbers.npz).
Recorded with SciPy 1.17.1, NumPy 2.4.6.
"""
import os

import numpy as np
import scipy.stats

DIMENSIONS = 256
table = np.load(os.path.join(os.path.dirname(scipy.stats.__file__), "_sobol_direction_numbers.npz"))
print("""/**
 * Direction numbers for Sobol sequences, one row a dimension: the primitive polynomial over GF(2), all its bits
 * written as an integer, then the initial m_1 .. m_degree. From S. Joe and F. Y. Kuo, "Constructing Sobol
 * sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), table new-joe-kuo-6.21201
 * (BSD licence), as SciPy 1.17.1 ships it. Written by scripts/golden/sobol-directions.py. The first dimension is
 * van der Corput's sequence, whose m are all 1.
 */
// biome-ignore format: a table
export const SOBOL_DIRECTIONS: readonly (readonly number[])[] = [""")
for polynomial, initial in zip(table["poly"][:DIMENSIONS], table["vinit"][:DIMENSIONS]):
    degree = max(int(polynomial).bit_length() - 1, 1)
    print("  [" + ", ".join(str(int(v)) for v in [polynomial, *initial[:degree]]) + "],")
print("]")
