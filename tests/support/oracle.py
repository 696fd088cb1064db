"""Compares what a pipeline has written with what one undisturbed run makes of the same input."""
from support.rows import differences


def in_order(records):
    """Is each device's sequence 1, 2, 3, ... in the order of the log?"""
    last = {}
    for record in records:
        device, sequence = record.json["device"], record.json["sequence"]
        if sequence != last.get(device, 0) + 1:
            return f"{device}: {sequence} after {last.get(device, 0)}"
        last[device] = sequence
    return ""


def check_exactly_once(pipeline, rows):
    """One outcome for each input offset, in each device's order, with the bits of the undisturbed run."""
    records = pipeline.broker.read(pipeline.output)
    letters = pipeline.broker.read(pipeline.dead_letters) \
        if pipeline.broker.partitions(pipeline.dead_letters) else []
    sources = [record.source for record in records]
    sources += [(int(letter.headers["cortado-partition"]), int(letter.headers["cortado-offset"]))
                for letter in letters]
    doubled = {source for source in sources if sources.count(source) > 1} \
        if len(sources) != len(set(sources)) else set()
    assert not doubled, sorted(doubled)[:10]
    lost = pipeline.wanted_sources() - set(sources)
    assert not lost, sorted(lost)[:10]
    assert in_order(records) == ""
    assert differences([record.json for record in records], rows) == []
    return records


def check_at_least_once(pipeline, rows):
    """An outcome for each input offset; a repeated one is the first again, byte for byte."""
    first = {}
    for record in pipeline.broker.read(pipeline.output):
        assert first.setdefault(record.source, record).value == record.value, record
    lost = pipeline.wanted_sources() - first.keys()
    assert not lost, sorted(lost)[:10]
    assert in_order(first.values()) == ""
    assert differences([record.json for record in first.values()], rows) == []
