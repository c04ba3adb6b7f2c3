"""Prints test/golden/mlp.json: python3 scripts/golden/mlp.py > test/golden/mlp.json

Training traces of fully connected nets in numpy, float64, written from the formulas and not from the engine: data,
initial weights and visiting order, the loss of every batch before its step, and the final weights.
"""
import datetime
import json
import math

import numpy as np


def rounded(values):  # exactly representable in float32, so that both sides start from the same numbers
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def glorot(rng, widths):
    layers = []
    for n_in, n_out in zip(widths, widths[1:]):
        limit = math.sqrt(6 / (n_in + n_out))
        layers.append([rounded(rng.uniform(-limit, limit, (n_in, n_out))), rounded(rng.uniform(-0.1, 0.1, n_out))])
    return layers


ACTIVATIONS = {
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda h: h * (1 - h)),
}


def loss_and_derivative(kind, z, y):
    if kind == "meanSquaredError":
        return np.mean((z - y) ** 2), 2 * (z - y) / z.size
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    derivative = np.exp(log_p)
    derivative[rows, y] -= 1
    return -log_p[rows, y].mean(), derivative / len(y)


def rate_in(options, epoch):  # epoch from 0
    kind, rate = options["schedule"], options["learningRate"]
    if kind == "step":
        return rate * options["stepFactor"] ** (epoch // options["stepEpochs"])
    if kind == "cosine":
        return rate * (1 + math.cos(math.pi * epoch / options["scheduleEpochs"])) / 2
    return rate


def train(options, x, y, layers, order):
    act, act_slope = ACTIVATIONS[options["activation"]]
    memory = [[(np.zeros_like(p), np.zeros_like(p)) for p in layer] for layer in layers]
    losses, step = [], 0
    for epoch, rows in enumerate(order):
        rate = rate_in(options, epoch)
        for start in range(0, len(rows), options["batchSize"]):
            batch = rows[start : start + options["batchSize"]]
            hidden = [x[batch]]
            for w, b in layers[:-1]:
                hidden.append(act(hidden[-1] @ w + b))
            z = hidden[-1] @ layers[-1][0] + layers[-1][1]
            loss, d = loss_and_derivative(options["loss"], z, y[batch])
            losses.append(float(loss))
            gradients = []
            for (w, _), h in zip(reversed(layers), reversed(hidden)):
                gradients.insert(0, (h.T @ d, d.sum(axis=0)))
                d = (d @ w.T) * act_slope(h)  # of no use below the first layer, where it is dropped
            step += 1
            for layer, slots, slopes in zip(layers, memory, gradients):
                for i in (0, 1):
                    m, v = slots[i]
                    if options["optimizer"] == "sgd":
                        m[...] = options["momentum"] * m + slopes[i]
                        layer[i] = layer[i] - rate * m
                    else:
                        m[...] = 0.9 * m + 0.1 * slopes[i]
                        v[...] = 0.999 * v + 0.001 * slopes[i] ** 2
                        mean, square = m / (1 - 0.9**step), v / (1 - 0.999**step)
                        layer[i] = layer[i] - rate * mean / (np.sqrt(square) + 1e-8)
    return losses, layers


def flat(layers):
    return [float(value) for layer in layers for part in layer for value in part.ravel()]


def trace(name, seed, options, rows, x, y):
    rng = np.random.default_rng(seed)
    layers = glorot(rng, options["layers"])
    initial = flat(layers)
    order = [rng.permutation(rows) for _ in range(options["epochs"])]
    losses, layers = train(options, x, y, layers, order)
    return {
        "name": name,
        "options": options,
        "features": [float(v) for v in x.ravel()],
        "targets": [v.item() for v in y.ravel()],
        "initialWeights": initial,
        "order": [int(row) for epoch in order for row in epoch],
        "stepLosses": losses,
        "finalWeights": flat(layers),
    }


rng = np.random.default_rng(20261123)
schedule = {"schedule": "constant", "stepEpochs": 10, "stepFactor": 1}
x_class = rounded(rng.normal(size=(26, 4)))
y_class = (x_class[:, 0] + 0.5 * rng.normal(size=26) > 0).astype(int) + (x_class[:, 1] > 0.8).astype(int)
x_value = rounded(rng.normal(size=(23, 3)))
y_value = rounded(np.sin(x_value[:, :1]) + 0.3 * x_value[:, 1:2] * x_value[:, 2:])

print(json.dumps({
    "provenance": {
        "by": "scripts/golden/mlp.py > test/golden/mlp.json",
        "with": "numpy " + np.__version__ + ", float64",
        "date": datetime.date.today().isoformat(),
        "tolerance": "float32 against float64: each step rounds to 6e-8 and smooth nets let that grow slowly, so 1e-5 "
                     "of each loss and 1e-4 of the largest weight after some hundred steps; a wrong constant is above 1e-3",
    },
    "traces": [
        trace("tanh, softmax cross-entropy, Adam, a partial last batch", 1, {
            "layers": [4, 7, 5, 3], "activation": "tanh", "loss": "crossEntropy", "optimizer": "adam",
            "learningRate": 0.01, "momentum": 0, "batchSize": 8, "epochs": 40, "scheduleEpochs": 40, **schedule,
        }, 26, x_class, y_class),
        trace("tanh, squared error, gradient descent with momentum, cosine schedule", 2, {
            "layers": [3, 8, 1], "activation": "tanh", "loss": "meanSquaredError", "optimizer": "sgd",
            "learningRate": 0.05, "momentum": 0.9, "batchSize": 5, "epochs": 30, "scheduleEpochs": 40,
            **schedule, "schedule": "cosine",
        }, 23, x_value, y_value),
        trace("sigmoid, squared error, plain gradient descent, step schedule, batches of 1", 3, {
            "layers": [3, 6, 1], "activation": "sigmoid", "loss": "meanSquaredError", "optimizer": "sgd",
            "learningRate": 0.1, "momentum": 0, "batchSize": 1, "epochs": 10, "scheduleEpochs": 10,
            "schedule": "step", "stepEpochs": 4, "stepFactor": 0.5,
        }, 23, x_value, y_value),
    ],
}))
