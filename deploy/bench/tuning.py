#!/usr/bin/env python3
"""The table of a tuning: of each family and sparsity the learning rate with the least prequential training loss, AuxK's
part, which depends on how many latents are dead, aside.

    deploy/local/run --variants deploy/bench/tuning.yaml --data-dir tuning --exit-when-done --report tuning.json
    deploy/bench/tuning.py tuning.json

Variants are named as grids name them, FAMILY-SPARSITY-lrRATE. The rate is chosen by the batches of the last fifth of the
first pass, each before its update; held-out rows choose nothing. Several reports are read as one. "of BatchTopK" is the
ratio of the held-out FVU to BatchTopK's at the same L0, on the straight line between its points in log-log; nothing
outside of them.
"""

import json
import math
import re
import sys
from collections import defaultdict

REFERENCE = "batch-topk"
SELECTING = {"topk", "batch-topk", "matryoshka", "kmeans-latent"}


def chosen(reports):
    """The best entry of each family and sparsity: (loss, rate, entry)."""
    tried = defaultdict(list)
    for path in reports:
        with open(path) as file:
            for entry in json.load(file)["variants"]:
                name = re.fullmatch(r"(.+)-lr([0-9e.p-]+)", entry["id"])
                if name:
                    tried[name[1]].append((loss(entry), name[2], entry))
    for sparsity, entries in sorted(tried.items()):
        yield sparsity, min(entries, key=lambda e: e[0])


def loss(entry):
    """What the family trades its errors for: for those that select latents their squared error alone."""
    losses = entry["prequential_losses"]
    return losses["sse"] if entry["kind"] in SELECTING else losses["loss"]


def interpolated(points, l0):
    """FVU at an L0 between two points of a family, None outside of them."""
    points = sorted(points)
    for (a, fa), (b, fb) in zip(points, points[1:]):
        if a <= l0 <= b:
            share = (math.log(l0) - math.log(a)) / (math.log(b) - math.log(a))
            return math.exp(math.log(fa) + share * (math.log(fb) - math.log(fa)))
    return None


def main(reports):
    best = list(chosen(reports))
    reference = [
        (e["heldout"]["l0"], e["heldout"]["fvu"]) for _, (_, _, e) in best if e["kind"] == REFERENCE
    ]
    print("| variant | learning rate | prequential loss | held-out L0 | held-out FVU | dead | of BatchTopK |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for sparsity, (least, rate, entry) in best:
        held = entry["heldout"]
        other = interpolated(reference, held["l0"])
        ratio = f"{held['fvu'] / other:.2f}" if other else "-"
        dead = f"{100 * held['dead_fraction']:.0f} %"
        print(f"| {sparsity} | {rate} | {least:.2f} | {held['l0']:.1f} | {held['fvu']:.4f} | {dead} | {ratio} |")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
