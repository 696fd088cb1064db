#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Series made to choose constants by, beside NAB's tune groups and the simulator (docs/detection.md).

usage: python bench/detection/made_series.py long|short DIR [--seed N]

Writes a folder that `cortado evaluate DIR` scores: docs/formats/labelled-series.md. Ten kinds of series. `long`: 2,000 to
16,000 records, a quarter of them without a fault, the others with about one in 1,000 records. `short`: 1,000 records, and
one fault that begins soon after the warm-up. The same seed gives the same bytes.
"""
import argparse
import json
import math
import pathlib
import random

LENGTHS = {"long": (2000, 4000, 8000, 16000), "short": (1000,) * 4}
SETS = {"long": 8, "short": 12}  # series of a kind
FAULTS = {"long": ("spike", "shift", "noise", "drift"), "short": ("shift", "drift", "noise")}


def white(draw, length):
    return [draw.gauss(0, 1) for _ in range(length)]


def autoregressive(draw, length):
    values = [0.0]
    while len(values) < length:
        values.append(0.9 * values[-1] + draw.gauss(0, 1))
    return values


def wandering(draw, length):
    values = [0.0]
    while len(values) < length:
        values.append(0.999 * values[-1] + draw.gauss(0, 1))
    return values


def heavy(draw, length):
    """Student's t with three degrees of freedom."""
    return [draw.gauss(0, 1) / math.sqrt(draw.gammavariate(1.5, 2) / 3) for _ in range(length)]


def season(draw, length):
    period = draw.uniform(20, 200)
    return [3 * math.sin(2 * math.pi * i / period) + draw.gauss(0, 0.5) for i in range(length)]


def smooth(draw, length):
    period = draw.uniform(40, 200)
    return [2 * math.sin(2 * math.pi * i / period) + math.sin(14 * math.pi * i / period) + draw.gauss(0, 0.02)
            for i in range(length)]


def poisson(draw, mean):
    count, left = 0, draw.expovariate(1)
    while left < mean:
        count += 1
        left += draw.expovariate(1)
    return count


def counts(draw, length):
    period = draw.uniform(50, 300)
    return [float(poisson(draw, 6 + 4 * math.sin(2 * math.pi * i / period))) for i in range(length)]


def bursts(draw, length):
    """Counts of messages: a day's course, a mood that wanders, and news that is heavy-tailed and fades."""
    values, mood, news = [], 0.0, 0.0
    for i in range(length):
        mood = 0.98 * mood + draw.gauss(0, 0.05)
        news *= 0.8
        if draw.random() < 0.01:
            news += 8 * draw.paretovariate(1.3)
        mean = 10 * math.exp(mood + 0.8 * math.sin(2 * math.pi * i / 288)) + news
        values.append(float(poisson(draw, mean) if mean < 60 else max(0, round(draw.gauss(mean, math.sqrt(mean))))))
    return values


def switching(draw, length):
    """Load of a machine that is on for a while, then off: not by the clock."""
    values, on, left = [], False, 0
    for _ in range(length):
        if left <= 0:
            on, left = not on, draw.randint(20, 120)
        left -= 1
        values.append((5 if on else 0) + draw.gauss(0, 0.3))
    return values


def trend(draw, length):
    slope = draw.choice((-1, 1)) * draw.uniform(0.5, 3) / 1000
    return [slope * i + math.sin(2 * math.pi * i / 96) + draw.gauss(0, 0.3) for i in range(length)]


KINDS = (white, autoregressive, wandering, heavy, season, smooth, counts, bursts, switching, trend)


def scale_of(values):
    """What a large change is, in a unit that is 1.4 for white noise: faults are told in it."""
    changes = sorted(abs(b - a) for a, b in zip(values, values[1:]))
    return max(changes[int(0.995 * len(changes))] / 2.8, 0.05)


def put(draw, values, start, fault, scale):
    """Change values from a row on; returns the fault's last row."""
    length = {"spike": draw.randint(1, 3), "shift": draw.randint(30, 200), "noise": draw.randint(25, 60),
              "drift": draw.randint(60, 200)}[fault]
    size = draw.choice((-1, 1)) * scale * draw.uniform(*{"spike": (5, 9), "shift": (2.5, 5), "noise": (2, 4),
                                                         "drift": (3, 6)}[fault])
    last = min(start + length, len(values)) - 1
    for i in range(start, last + 1):
        share = {"noise": draw.gauss(0, 1), "drift": (i - start) / length}.get(fault, 1)
        values[i] += size * share
    return last


def faults_of(draw, values, style):
    """The windows of the faults that are put into a series."""
    scale, windows = scale_of(values), []
    start = draw.randint(150, 450) if style == "short" else 300 + round(draw.expovariate(1 / 900))
    while start + 250 < len(values):
        fault = draw.choice(FAULTS[style])
        last = put(draw, values, start, fault, scale)
        windows.append({"start": start, "end": last, "class": fault})
        start = len(values) if style == "short" else last + 100 + round(draw.expovariate(1 / 900))
    return windows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("style", choices=SETS)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    labels = {}
    for kind in KINDS:
        (args.folder / kind.__name__).mkdir(parents=True, exist_ok=True)
        for number in range(SETS[args.style]):
            draw = random.Random(f"{args.seed} {args.style} {kind.__name__} {number}")
            values = kind(draw, LENGTHS[args.style][number % 4])
            clean = args.style == "long" and number // 4 == 1 and number % 2 == 1
            name = f"{kind.__name__}/{number}.csv"
            labels[name] = [] if clean else faults_of(draw, values, args.style)
            rows = "".join(f"{1_700_000_000_000 + 300_000 * i},{value:.6g}\n" for i, value in enumerate(values))
            (args.folder / name).write_text("time,value\n" + rows, encoding="utf-8")
    (args.folder / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
