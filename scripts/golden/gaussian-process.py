"""Prints test/golden/gaussian-process.json: python3 scripts/golden/gaussian-process.py > test/golden/gaussian-process.json

Posteriors of a Gaussian process with a Matern-5/2 kernel over two numeric dimensions and a category, and with one that
is mostly a mean over the dimensions, in NumPy straight from the formulas (Rasmussen and Williams 2006, eqs. 2.23 to 2.26, and 2.45 for the mean).
"""
import json

import numpy as np

lengths = np.array([0.4, 0.9, 1.3])
signal, noise = 1.7, 0.01
rows = np.array([[0.1, 0.2, 0], [0.5, 0.9, 1], [0.8, 0.4, 1], [0.3, 0.6, 2], [0.9, 0.1, 0]])
values = np.array([0.3, -1.2, 0.8, 1.1, -0.4])
queries = np.array([[0.1, 0.2, 0], [0.45, 0.5, 1], [0.0, 1.0, 2], [0.7, 0.7, -1]])


def matern(distance):
    r = np.sqrt(5 * distance)
    return (1 + r + r**2 / 3) * np.exp(-r)


def kernel(a, b, share):
    difference = (a[:, None, :] - b[None, :, :]) ** 2
    difference[:, :, 2] = a[:, None, 2] != b[None, :, 2]
    scaled = difference / lengths**2
    return signal * ((1 - share) * matern(scaled.sum(axis=2)) + share * matern(len(lengths) * scaled).mean(axis=2))


def posterior(share):
    inverse = np.linalg.inv(kernel(rows, rows, share) + noise * np.eye(len(rows)))
    one = np.ones(len(rows))
    mean = one @ inverse @ values / (one @ inverse @ one)
    cross = kernel(queries, rows, share)
    return {
        "additiveShare": share,
        "mean": mean,
        "means": (mean + cross @ inverse @ (values - mean)).tolist(),
        "variances": (signal - np.einsum("ij,jk,ik->i", cross, inverse, cross)).tolist(),
    }


print(json.dumps({
    "provenance": "scripts/golden/gaussian-process.py, NumPy " + np.__version__,
    "lengthScales": lengths.tolist(), "signal": signal, "noise": noise,
    "rows": rows.tolist(), "values": values.tolist(), "queries": queries.tolist(),
    "posteriors": [posterior(0), posterior(0.9)],
}, indent=1))
