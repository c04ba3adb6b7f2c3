"""Prints test/golden/mlp-torch.json: python3 scripts/golden/mlp-torch.py > test/golden/mlp-torch.json

Short trainings by PyTorch's own layers, losses, optimizers and schedules, in float64 (Debian: apt-get install
python3-torch). Ours are only the way of the flat weights into its modules, and dropout's masks: those are given, from
Philox, and PyTorch does the rest. Not here: Lion, which PyTorch lacks; NAdam, whose `mu_product_next` has this step's mu
twice up to PyTorch 1.13.0 and is held to the paper's formula by mlp.py; and a batch of one row below batch norm, which
PyTorch refuses.
"""
import datetime
import json
import platform

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
EPOCHS, ROWS, BATCH, COLUMNS = 3, 11, 4, 4  # three steps an epoch, the last of three rows
ROW_WEIGHTS = [1.0, 0.0, 2.5, 0.25, 4.0, 1.0, 0.0, 3.0, 0.5, 1.0, 8.0]

DROPOUT = 3  # Purpose::kDropout in native/include/mlp/random.h

ACTIVATIONS = {
    "relu": nn.ReLU, "leakyRelu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid, "softplus": nn.Softplus, "identity": nn.Identity,
}
NORMALIZATIONS = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
OPTIMIZERS = {
    "sgd": lambda p, o: torch.optim.SGD(p, o["learningRate"], momentum=o["momentum"]),
    "nesterov": lambda p, o: torch.optim.SGD(p, o["learningRate"], momentum=o["momentum"], nesterov=True),
    "adagrad": lambda p, o: torch.optim.Adagrad(p, o["learningRate"]),
    "rmsprop": lambda p, o: torch.optim.RMSprop(p, o["learningRate"]),
    "adam": lambda p, o: torch.optim.AdamW(p, o["learningRate"]),
    "amsgrad": lambda p, o: torch.optim.AdamW(p, o["learningRate"], amsgrad=True),
}
SCHEDULES = {
    "constant": lambda optimizer, o: torch.optim.lr_scheduler.ConstantLR(optimizer, 1, 1),
    "oneCycle": lambda optimizer, o: torch.optim.lr_scheduler.OneCycleLR(
        optimizer, o["learningRate"], total_steps=EPOCHS * -(-ROWS // BATCH), cycle_momentum=False),
}


def philox(counter, key):
    """Philox4x32-10: Salmon et al. 2011, section 3.3."""
    a, b, c, d = counter
    k, l = key
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = q >> 32 ^ b ^ k, q & 0xFFFFFFFF, p >> 32 ^ d ^ l, p & 0xFFFFFFFF
        k, l = (k + 0x9E3779B9) & 0xFFFFFFFF, (l + 0xBB67AE85) & 0xFFFFFFFF
    return a, b, c, d


def mask(rate, level, epoch, step, rows, width):
    """1 where a unit stays, as in native/src/layers/dropout.h and kernels/dropout/reference.cc, for seed 0."""
    def number(e):
        word = philox((e // 8, step, DROPOUT | level << 8, epoch), (0, 0))[e % 8 // 2]
        return word >> (e % 2 * 16) & 0xFFFF
    stays = [float(number(e) >= rate * 65536) for e in range(rows * width)]
    return torch.tensor(stays).reshape(rows, width)


class Net(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.options = options
        widths = options["layers"]
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        normalization = NORMALIZATIONS.get(options.get("normalization"), nn.Identity)
        self.normalize = nn.ModuleList(normalization(width) for width in widths[1:-1])
        self.activate = ACTIVATIONS[options["activation"]]()

    def forward(self, h, epoch, step):
        rate = self.options.get("dropout", 0)
        for level, (dense, normalize) in enumerate(zip(self.dense, self.normalize)):
            out = self.activate(normalize(dense(h)))
            if rate:
                out = out * mask(rate, level, epoch, step, *out.shape) / (1 - rate)
            skips = self.options.get("residual") and level > 0 and h.shape == out.shape
            h = h + out if skips else out
        return self.dense[-1](h)

    def parts(self):
        """In the engine's order; a matrix is inputs x outputs there."""
        for level, dense in enumerate(self.dense):
            yield dense.weight.data.T
            yield dense.bias.data
            if level < len(self.normalize) and "normalization" in self.options:
                yield self.normalize[level].weight.data
                yield self.normalize[level].bias.data
        if self.options.get("normalization") == "batch":
            for normalize in self.normalize:
                yield normalize.running_mean
                yield normalize.running_var

    def flat(self):
        return [value for part in self.parts() for value in part.reshape(-1).tolist()]

    def start(self, random):
        """Multiples of 1/1024, which float32 has too; scales and variances around 1."""
        for part in self.parts():
            part.copy_(grid(torch.randn(part.shape, generator=random) * 0.3, 1024))
        if "normalization" not in self.options:
            return
        for normalize in self.normalize:
            normalize.weight.data += 1
            if self.options["normalization"] == "batch":
                normalize.running_var.copy_(1 + normalize.running_var.abs())


def grid(values, steps):
    return torch.round(values * steps) / steps


def loss_of(options, z, y, weights):
    """Mean over the batch of each row's loss times its weight, as PyTorch users write it with reduction "none"."""
    if weights is not None:
        losses = {"crossEntropy": F.cross_entropy, "meanSquaredError": F.mse_loss}[options["loss"]](z, y, reduction="none")
        return (losses.reshape(len(z), -1).mean(1) * weights).mean()
    smoothing = options.get("labelSmoothing", 0)
    if options["loss"] == "crossEntropy":
        return F.cross_entropy(z, y, label_smoothing=smoothing)
    if options["loss"] == "binaryCrossEntropy":
        y = F.one_hot(y, z.shape[1]).double() if y.dim() == 1 else y
        return F.binary_cross_entropy_with_logits(z, y * (1 - smoothing) + smoothing / 2)
    if options["loss"] == "huber":
        return F.huber_loss(z, y, delta=options["huberDelta"])
    return {"meanSquaredError": F.mse_loss, "meanAbsoluteError": F.l1_loss}[options["loss"]](z, y)


def optimizer_of(options, net):
    """The decoupled decay is for matrices alone."""
    matrices = [dense.weight for dense in net.dense]
    others = [p for p in net.parameters() if all(p is not matrix for matrix in matrices)]
    optimizer = OPTIMIZERS[options["optimizer"]]([{"params": matrices}, {"params": others}], options)
    if options["optimizer"] in ("adam", "amsgrad"):
        for group, decay in zip(optimizer.param_groups, (options.get("weightDecay", 0), 0)):
            group["weight_decay"] = decay
    return optimizer


def train(options, net, x, y, order, weights):
    optimizer = optimizer_of(options, net)
    schedule = SCHEDULES[options["schedule"]](optimizer, options)
    losses = []
    for epoch, rows in enumerate(order):
        for step, batch in enumerate(rows.split(BATCH)):
            optimizer.zero_grad()
            loss = loss_of(options, net(x[batch], epoch + 1, step), y[batch], None if weights is None else weights[batch])
            loss.backward()
            if "clipNorm" in options:
                nn.utils.clip_grad_norm_(net.parameters(), options["clipNorm"])
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    return losses


def targets_of(options, kind, random):
    outputs = options["layers"][-1]
    if kind == "labels":
        return torch.arange(ROWS) * 5 % outputs
    if kind == "manyLabels":
        return (torch.rand(ROWS, outputs, generator=random) < 0.5).double()
    return grid(torch.randn(ROWS, outputs, generator=random), 64)


def trace(seed, name, **changes):
    options = {
        "layers": [COLUMNS, 5, 5, 3], "activation": "tanh", "loss": "crossEntropy", "optimizer": "sgd",
        "learningRate": 0.1, "momentum": 0.9, "batchSize": BATCH, "epochs": EPOCHS, "scheduleEpochs": EPOCHS,
        "schedule": "constant", "stepEpochs": 1, "stepFactor": 1, **changes,
    }
    kind = options.pop("targets", "labels" if options["loss"] in ("crossEntropy", "binaryCrossEntropy") else "values")
    random = torch.Generator().manual_seed(seed)
    x, y = grid(torch.randn(ROWS, COLUMNS, generator=random), 64), targets_of(options, kind, random)
    net = Net(options)
    net.start(random)
    initial = net.flat()
    order = [torch.randperm(ROWS, generator=random) for _ in range(EPOCHS)]
    weights = options.pop("rowWeights", None)
    # Only ratios matter: around 1 over all rows.
    scaled = None if weights is None else torch.tensor(weights) * ROWS / sum(weights)
    losses = train(options, net, x, y, order, scaled)
    return {
        "name": name, "options": options, "features": x.reshape(-1).tolist(),
        "targets": y.tolist() if kind == "manyLabels" else y.reshape(-1).tolist(),
        "initialWeights": initial, "order": torch.cat(order).tolist(), "stepLosses": losses, "finalWeights": net.flat(),
        **({} if weights is None else {"rowWeights": weights}),
    }


TRACES = {
    **{name: {"activation": name} for name in ACTIVATIONS},
    "batch norm": {"normalization": "batch"},
    "batch norm, relu, skips": {"normalization": "batch", "activation": "relu", "residual": True},
    "layer norm, Adam": {"normalization": "layer", "optimizer": "adam", "learningRate": 0.02},
    "layer norm, gelu, skips": {"normalization": "layer", "activation": "gelu", "residual": True},
    "skips, silu": {"residual": True, "activation": "silu", "layers": [4, 4, 4, 6, 6, 3]},
    "dropout": {"dropout": 0.25},
    "batch norm, dropout, skips, elu": {"normalization": "batch", "dropout": 0.5, "residual": True, "activation": "elu"},
    "layer norm, dropout, skips": {"normalization": "layer", "dropout": 0.25, "residual": True},
    "smoothed labels": {"labelSmoothing": 0.2},
    "each class against the rest, smoothed": {"loss": "binaryCrossEntropy", "labelSmoothing": 0.1},
    "several labels a row": {"loss": "binaryCrossEntropy", "targets": "manyLabels"},
    "squared error of two outputs": {"loss": "meanSquaredError", "layers": [4, 6, 2]},
    "absolute error of two outputs": {"loss": "meanAbsoluteError", "layers": [4, 6, 2]},
    "huber": {"loss": "huber", "huberDelta": 0.5, "layers": [4, 6, 2]},
    "nesterov": {"optimizer": "nesterov"},
    "adagrad": {"optimizer": "adagrad"},
    "rmsprop": {"optimizer": "rmsprop", "momentum": 0, "learningRate": 0.02},
    "AdamW": {"optimizer": "adam", "weightDecay": 0.5, "learningRate": 0.02},
    "amsgrad, decay": {"optimizer": "amsgrad", "weightDecay": 0.1, "learningRate": 0.02},
    "one cycle, clipped by norm": {"schedule": "oneCycle", "clipNorm": 0.3, "learningRate": 0.5},
    "weighted rows": {"rowWeights": ROW_WEIGHTS},
    "weighted rows, squared error of two outputs": {
        "rowWeights": ROW_WEIGHTS, "loss": "meanSquaredError", "layers": [4, 6, 2]},
}

print(json.dumps({
    "provenance": {
        "by": "scripts/golden/mlp-torch.py: PyTorch's modules, losses, optimizers and schedules, float64",
        "command": "python3 scripts/golden/mlp-torch.py > test/golden/mlp-torch.json",
        "with": "PyTorch " + torch.__version__ + ", Python " + platform.python_version(),
        "date": datetime.date.today().isoformat(),
        "tolerance": "float32 against float64 over nine steps of a few units: as in mlp.json, 1e-5 of each loss and 1e-4 "
                     "of the largest weight; the TypeScript engine, in doubles too, 1e-11 of each loss",
    },
    "traces": [trace(seed, name, **changes) for seed, (name, changes) in enumerate(TRACES.items(), 1)],
}))
