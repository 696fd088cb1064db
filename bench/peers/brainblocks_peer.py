# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""BrainBlocks' sequence learner at the size of Cortado's preset `seed`: 2048 columns of 4 cells, 40 active, without a
pooler and a classifier. Reads lines "epoch milliseconds,value", writes one anomaly score a line behind the first rows,
prints one JSON object.

usage: brainblocks_peer.py ROWS SCORES EXCLUDED
"""
import json
import pathlib
import sys
import time

from brainblocks.blocks import ScalarTransformer, SequenceLearner

COLUMNS, ACTIVE = 2048, 40


def main(rows, scores, excluded):
    values = [float(line.split(",")[1]) for line in pathlib.Path(rows).read_text().splitlines()]
    encoder = ScalarTransformer(min_val=0.0, max_val=0.1, num_s=COLUMNS, num_as=ACTIVE)
    learner = SequenceLearner(num_c=COLUMNS, num_spc=4, num_dps=10, num_rpd=12, d_thresh=6)
    learner.input.add_child(encoder.output, 0)
    found = []
    for number, value in enumerate(values):
        if number == excluded:
            cpu, wall = time.process_time(), time.perf_counter()
        encoder.set_value(value)
        encoder.feedforward()
        learner.feedforward(learn=True)
        found.append(learner.get_anomaly_score())
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    found = found[excluded:]
    pathlib.Path(scores).write_text("".join(f"{score}\n" for score in found))
    print(json.dumps({"records": len(found), "cpu_seconds": cpu, "records_per_cpu_s": len(found) / cpu,
                      "records_per_s": len(found) / wall}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
