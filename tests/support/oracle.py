# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Compares what a pipeline has written with what one undisturbed run makes of the same input."""
import collections
import dataclasses

from support import models
from support.rows import differences


def in_order(records):
    """Is each device's sequence 1, 2, 3, ... in the order of the log?"""
    wrong = out_of_order(records)
    return wrong[0] if wrong else ""


def out_of_order(records):
    """Where it is not, one line each."""
    last, wrong = {}, []
    for record in records:
        device, sequence = record.json["device"], record.json["sequence"]
        if sequence != last.get(device, 0) + 1:
            wrong.append(f"{device}: {sequence} after {last.get(device, 0)}")
        last[device] = sequence
    return wrong


@dataclasses.dataclass
class Verdict:
    """What a reader of committed records finds, against one uninterrupted process."""
    records: list
    dead_letters: int
    ignored: int     # input offsets that are to have no outcome, and have none
    lost: list
    doubled: list
    disordered: list
    different: list  # in value from the undisturbed run
    models: list     # devices whose models differ

    def sound(self):
        return not (self.lost or self.doubled or self.disordered or self.different or self.models)

    def __str__(self):
        return (f"{len(self.records)} enriched, {self.dead_letters} dead letters, {self.ignored} ignored; lost {self.lost[:10]}, "
                f"doubled {self.doubled[:10]}, out of order {self.disordered[:10]}, different {self.different[:10]}, "
                f"other models {self.models[:10]}")


def source_of_letter(letter):
    return int(letter.headers["cortado-partition"]), int(letter.headers["cortado-offset"])


def judge(pipeline, rows, sources=None, learned=None, ignored=frozenset()):
    """`sources`: the input's offsets that hold records, if not all do. `learned`: what models must be, else one
    process is started that reads the same input. `ignored`: offsets whose records are only counted. The pipeline's
    workers must have left."""
    records = pipeline.broker.read(pipeline.output)
    letters = pipeline.broker.read(pipeline.dead_letters) \
        if pipeline.broker.partitions(pipeline.dead_letters) else []
    found = collections.Counter(record.source for record in records)
    found.update(source_of_letter(letter) for letter in letters)
    wanted = (pipeline.wanted_sources() if sources is None else sources) - ignored
    want = models.undisturbed(pipeline) if learned is None else learned
    have = models.learned(pipeline)
    return Verdict(
        records=records, dead_letters=len(letters), ignored=len(ignored - found.keys()),
        lost=sorted(wanted - found.keys()),
        doubled=sorted(source for source, times in found.items() if times > 1 or source not in wanted),
        disordered=out_of_order(records),
        different=differences([record.json for record in records], rows),
        models=sorted(device for device in want.keys() | have.keys() if want.get(device) != have.get(device)))


def check_exactly_once(pipeline, rows, sources=None, learned=None):
    """One outcome for each input offset, in each device's order, with the bits of the undisturbed run, and the
    same models in the end."""
    verdict = judge(pipeline, rows, sources, learned)
    assert verdict.sound(), str(verdict)
    return verdict.records


def check_at_least_once(pipeline, rows):
    """An outcome for each input offset; a repeated one is the first again, byte for byte."""
    first = {}
    for record in pipeline.broker.read(pipeline.output):
        assert first.setdefault(record.source, record).value == record.value, record
    lost = pipeline.wanted_sources() - first.keys()
    assert not lost, sorted(lost)[:10]
    assert out_of_order(first.values()) == []
    assert differences([record.json for record in first.values()], rows) == []
