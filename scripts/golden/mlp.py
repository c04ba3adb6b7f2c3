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


def rate_at(options, epoch, step, steps):  # both from 0
    kind, rate, epochs = options["schedule"], options["learningRate"], options["scheduleEpochs"]
    warmup = options.get("warmupEpochs", 0)
    if epoch < warmup:
        return rate * (epoch * steps + step + 1) / (warmup * steps)
    epoch, epochs = epoch - warmup, epochs - warmup
    unit = 1
    if options.get("scheduleEvery") == "step" and kind not in ("step", "oneCycle"):
        # Each step is what an epoch is without.
        epoch, epochs, unit = epoch * steps + step, epochs * steps, steps
    if kind == "step":
        return rate * options["stepFactor"] ** (epoch // options["stepEpochs"])
    if kind == "exponential":
        return rate * np.geomspace(1, options["finalFactor"], epochs)[epoch]
    if kind == "polynomial":
        return rate * ((epochs - epoch) / epochs) ** options["polynomialPower"]
    if kind == "cosine":
        return rate * (1 + math.cos(math.pi * epoch / epochs)) / 2
    if kind == "cosineRestarts":
        starts, length = [0], options["restartEpochs"] * unit
        while starts[-1] + length <= epoch:
            starts.append(starts[-1] + length)
            length *= options["restartFactor"]
        return rate * (1 + math.cos(math.pi * (epoch - starts[-1]) / length)) / 2
    if kind == "oneCycle":
        now, last = epoch * steps + step, epochs * steps - 1
        top = 0.3 * epochs * steps - 1
        first, then, done = (1 / 25, 1, now / top) if now <= top else (1, 1 / 25 / 1e4, (now - top) / (last - top))
        return rate * (then + (first - then) / 2 * (1 + math.cos(math.pi * done)))
    return rate


def nadam_momentum(step):
    return 0.9 * (1 - 0.5 * 0.96 ** (step * 0.004))


def direction(options, slots, g, step):
    """What the rate is multiplied with, by the papers' formulas; `slots` remembers, step counts from 1."""
    kind, mu = options["optimizer"], options["momentum"]
    m, v, top = slots
    if kind in ("sgd", "nesterov"):
        m[...] = mu * m + g
        return m if kind == "sgd" else g + mu * m
    if kind == "adagrad":
        v[...] = v + g**2
        return g / (np.sqrt(v) + 1e-10)
    if kind == "rmsprop":
        v[...] = 0.99 * v + 0.01 * g**2
        return g / (np.sqrt(v) + 1e-8)
    if kind == "lion":
        c = np.sign(0.9 * m + 0.1 * g)
        m[...] = 0.99 * m + 0.01 * g
        return c
    m[...] = 0.9 * m + 0.1 * g
    v[...] = 0.999 * v + 0.001 * g**2
    top[...] = np.maximum(top, v)
    square = (top if kind == "amsgrad" else v) / (1 - 0.999**step)
    mean = m / (1 - 0.9**step)
    if kind == "nadam":
        past = math.prod(nadam_momentum(t) for t in range(1, step + 1))
        now, then = nadam_momentum(step), nadam_momentum(step + 1)
        mean = (1 - now) * g / (1 - past) + then * m / (1 - past * then)
    return mean / (np.sqrt(square) + 1e-8)


def clip(options, gradients):
    if options.get("clipValue"):
        most = options["clipValue"]
        gradients = [[np.clip(g, -most, most) for g in layer] for layer in gradients]
    if options.get("clipNorm"):
        norm = math.sqrt(sum(float((g**2).sum()) for layer in gradients for g in layer))
        factor = min(1, options["clipNorm"] / (norm + 1e-6))  # as torch.nn.utils.clip_grad_norm_
        gradients = [[g * factor for g in layer] for layer in gradients]
    return gradients


def train(options, x, y, layers, order):
    act, act_slope = ACTIVATIONS[options["activation"]]
    memory = [[[np.zeros_like(p) for _ in range(3)] for p in layer] for layer in layers]
    average = [[p.copy() for p in layer] for layer in layers]
    losses, step = [], 0
    for epoch, rows in enumerate(order):
        starts = range(0, len(rows), options["batchSize"])
        for number, start in enumerate(starts):
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
            rate = rate_at(options, epoch, number, len(starts))
            decay = min(options.get("averaging", 0), (1 + step) / (10 + step))
            for layer, slots, slopes, mean in zip(layers, memory, clip(options, gradients), average):
                w = layer[0]  # the penalties and the decay are for weights, not for biases
                penalty = options.get("l2", 0) * w + options.get("l1", 0) * np.sign(w)
                layer[0] = w * (1 - rate * options.get("weightDecay", 0))
                for i, slope in enumerate((slopes[0] + penalty, slopes[1])):
                    layer[i] = layer[i] - rate * direction(options, slots[i], slope, step)
                    mean[i] = decay * mean[i] + (1 - decay) * layer[i]
    return losses, average if options.get("averaging") else layers


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



def small(name, seed, **changes):  # short, so that every rule and schedule can have its own
    options = {
        "layers": [3, 4, 1], "activation": "tanh", "loss": "meanSquaredError", "optimizer": "sgd",
        "learningRate": 0.02, "momentum": 0.9, "batchSize": 5, "epochs": 8, "scheduleEpochs": 8, **schedule, **changes,
    }
    return trace(name, seed, options, 12, x_value[:12], y_value[:12])


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
        small("nesterov", 4, optimizer="nesterov"),
        small("adagrad", 5, optimizer="adagrad"),
        small("rmsprop", 6, optimizer="rmsprop"),
        small("nadam", 7, optimizer="nadam"),
        small("amsgrad, batches of 1", 8, optimizer="amsgrad", batchSize=1),
        small("lion, decay", 9, optimizer="lion", weightDecay=0.5),
        small("adam, decay: AdamW", 10, optimizer="adam", weightDecay=0.5),
        small("l1 and l2", 11, l1=0.01, l2=0.1),
        small("clipped by norm, then penalties", 12, clipNorm=0.3, l2=0.1),
        small("clipped by value, then by norm", 13, clipValue=0.2, clipNorm=0.3),
        small("averaged weights", 14, averaging=0.8),
        small("exponential schedule", 15, schedule="exponential", finalFactor=0.01),
        small("polynomial schedule after a warm-up", 16, schedule="polynomial", polynomialPower=2, warmupEpochs=2),
        small("cosine with restarts", 17, schedule="cosineRestarts", restartEpochs=2, restartFactor=2),
        small("exponential schedule, every step", 20, schedule="exponential", finalFactor=0.01, scheduleEvery="step"),
        small("polynomial schedule, every step, after a warm-up", 21, schedule="polynomial", polynomialPower=2,
              warmupEpochs=2, scheduleEvery="step"),
        small("cosine schedule, every step", 22, schedule="cosine", scheduleEvery="step"),
        small("cosine with restarts, every step", 23, schedule="cosineRestarts", restartEpochs=2, restartFactor=2,
              scheduleEvery="step"),
        small("one cycle", 18, schedule="oneCycle"),
        small("nadam, one cycle after a warm-up, decay, clipping, averaged weights", 19, optimizer="nadam",
              schedule="oneCycle", warmupEpochs=1, weightDecay=0.1, clipNorm=0.5, averaging=0.9),
    ],
}))
