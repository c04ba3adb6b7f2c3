"""Prints test/golden/normal.json: python3 scripts/golden/normal.py > test/golden/normal.json

Reference values of the normal distribution's functions, mpmath at 60 digits, rounded to double.
"""
import json

import mpmath as mp

mp.mp.dps = 60


def log_h(z):
    with mp.workdps(120):  # pdf + z cdf cancels to 1/z² of its terms in the tail
        return mp.log(mp.npdf(z) + z * mp.ncdf(z))


def log_h_far(z):  # asymptotic series of h, relative error below 1e-30 for z <= -1e5
    w = 1 / mp.mpf(z) ** 2
    return mp.log(mp.npdf(z)) + mp.log(w * (1 - 3 * w + 15 * w**2 - 105 * w**3))


def quantile(p):
    with mp.workdps(400):  # 2p - 1 must tell 1e-300 from 0
        return mp.sqrt(2) * mp.erfinv(2 * p - 1)


def table(function, points):
    return [[float(x), float(function(mp.mpf(x)))] for x in points]


tails = [-30.0, -10.0, -5.0, -2.5, -1.0, -0.5, 0.0, 0.3, 1.0, 2.0, 6.0]
print(json.dumps({
    "provenance": "scripts/golden/normal.py, mpmath " + mp.__version__ + ", 60 digits",
    "erfc": table(mp.erfc, [-3.0, -0.4, 0.0, 0.2, 0.46875, 0.5, 1.0, 2.5, 4.0, 6.0, 10.0, 20.0, 26.0]),
    "erfcx": table(lambda x: mp.exp(x * x) * mp.erfc(x), [-5.0, -1.0, -0.3, 0.0, 0.4, 1.0, 3.9, 4.1, 10.0, 25.0]),
    "logCdf": table(lambda z: mp.log(mp.ncdf(z)), tails),
    "pdf": table(mp.npdf, tails),
    "quantile": table(quantile, [1e-300, 1e-20, 1e-9, 0.001, 0.074, 0.076, 0.3, 0.5, 0.9, 0.99, 0.9999999]),
    "logImprovement": table(log_h, [-100.0, -50.0, -30.0, -10.0, -3.0, -1.01, -0.99, -0.5, 0.0, 0.5, 1.0, 5.0, 40.0])
    + table(log_h_far, [-1e8, -1e6 - 1.0, -1e6 + 1.0, -1e5]),
}, indent=1))
