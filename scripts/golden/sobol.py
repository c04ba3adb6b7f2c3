"""Prints test/golden/sobol.json: python3 scripts/golden/sobol.py > test/golden/sobol.json

Unscrambled Sobol points from SciPy's scipy.stats.qmc.Sobol (Joe & Kuo's directions, Gray code order).
"""
import json

import scipy
from scipy.stats import qmc

points = qmc.Sobol(256, scramble=False, bits=32).random(64)
print(json.dumps({
    "provenance": "scripts/golden/sobol.py, scipy.stats.qmc.Sobol, SciPy " + scipy.__version__,
    "firstEightInFive": points[:8, :5].tolist(),
    "point63": points[63].tolist(),
}))
