#!/usr/bin/python3
"""Trains the glyph network and writes the weights the reader is built with.

    train.py OUT BATCHES CELLS.npz...     OUT is src/evidence/glyphs.inc

A perceptron of two hidden layers: a cell is upright, centred and of one size already, so there is
little that convolution would add. Every batch is shaken: shifted by a pixel, lighter or darker,
noisier, so that it learns letters and not pictures. Adam, the seed is fixed; weights are rounded to
eight bits with a scale per output, and the accuracy printed is that of the rounded ones.
"""
import base64
import sys

import numpy as np

SIZES = (560, 160, 80, 38)
SEED = 9303
BATCH = 512


def load(paths):
    parts = [np.load(path) for path in paths]
    cells = np.concatenate([p["cells"] for p in parts])
    labels = np.concatenate([p["labels"] for p in parts])
    return cells, labels


def shaken(rng, cells):
    """A batch as numbers around zero, each time a little different."""
    images = cells.reshape(-1, 28, 20)
    dy, dx = rng.integers(-1, 2, 2)
    if rng.random() < 0.5:
        images = np.roll(images, (dy, dx), axis=(1, 2))
    x = (images.reshape(len(cells), -1).astype(np.float32) - 48) / 160
    x *= rng.uniform(0.85, 1.15, (len(cells), 1)).astype(np.float32)
    x += rng.normal(0, 0.05, (len(cells), 1)).astype(np.float32)
    return x + rng.standard_normal(x.shape, np.float32) * np.float32(rng.uniform(0, 0.08))


def plain(cells):
    return (cells.astype(np.float32) - 48) / 160


def forward(layers, x):
    """What each layer gives; the last are scores."""
    seen = [x]
    for i, (weights, bias) in enumerate(layers):
        x = x @ weights + bias
        if i < len(layers) - 1:
            x = np.maximum(x, 0)
        seen.append(x)
    return seen


def gradients(layers, x, labels):
    seen = forward(layers, x)
    scores = seen[-1] - seen[-1].max(1, keepdims=True)
    slope = np.exp(scores)
    slope /= slope.sum(1, keepdims=True)
    # A little doubt: a network that thinks it cannot err has no second choices to offer.
    target = np.full_like(slope, 0.005 / SIZES[-1])
    target[np.arange(len(labels)), labels] += 0.995
    slope = (slope - target) / len(labels)
    out = []
    for i in reversed(range(len(layers))):
        out.append((seen[i].T @ slope, slope.sum(0)))
        if i:
            slope = (slope @ layers[i][0].T) * (seen[i] > 0)
    return out[::-1]


def trained(rng, cells, labels, batches):
    layers = [(rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, np.float32))
              for a, b in zip(SIZES, SIZES[1:])]
    flat = [p for layer in layers for p in layer]
    first, second = [np.zeros_like(p) for p in flat], [np.zeros_like(p) for p in flat]
    for step in range(1, batches + 1):
        pick = rng.integers(0, len(labels), BATCH)
        found = gradients(layers, shaken(rng, cells[pick]), labels[pick])
        rate = 1.5e-3 * min(1, step / 300) * (0.5 + 0.5 * np.cos(np.pi * step / batches)) + 1e-6
        for p, g, m, v in zip(flat, (g for pair in found for g in pair), first, second):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * ((m / (1 - 0.9 ** step)) / (np.sqrt(v / (1 - 0.999 ** step)) + 1e-8)
                         + 2e-3 * p * (p.ndim > 1))
    print(f"{batches} batches, {batches * BATCH / len(labels):.1f} times through")
    return layers


def rounded(layers):
    """Weights as eight-bit numbers and the scale of each output; biases in full."""
    out = []
    for weights, bias in layers:
        scale = np.abs(weights).max(0) / 127
        out.append((np.round(weights / scale).astype(np.int8), scale, bias))
    return out


def write(path, layers):
    """Base64 of, per layer: scales and biases as 32-bit floats, then rows of weights, an output
    each."""
    data = b"".join(scale.astype("<f4").tobytes() + bias.astype("<f4").tobytes()
                    + np.ascontiguousarray(weights.T).tobytes() for weights, scale, bias in layers)
    text = base64.b64encode(data).decode()
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f'"{text[i:i + 96]}",\n' for i in range(0, len(text), 96))
    print(f"{len(data)} bytes")


def main(out, batches, paths):
    rng = np.random.default_rng(SEED)
    cells, labels = load(paths)
    held = len(labels) * 19 // 20  # the last twentieth is of pictures not trained with
    layers = rounded(trained(rng, cells[:held], labels[:held], batches))
    back = [(weights * scale, bias) for weights, scale, bias in layers]
    guess = forward(back, plain(cells[held:]))[-1].argmax(1)
    truth = labels[held:]
    print(f"right: {np.mean(guess == truth):.5f} of all, "
          f"{np.mean(guess[truth < 37] == truth[truth < 37]):.5f} of characters")
    write(out, layers)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
