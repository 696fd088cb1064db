# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What models have learned, as digests: read from `cortado state export` (docs/formats/state-export.md)."""
import copy
import hashlib
import json
import struct

from support import program


def digests(path):
    """Device -> digest of its state, of a state export."""
    data = path.read_bytes()
    assert data[:4] == b"CTEX"
    at = 12 + struct.unpack_from("<I", data, 8)[0] + 4
    found = {}
    while data[at] == 1:
        size, = struct.unpack_from("<I", data, at + 1)
        head = data[at + 5:at + 5 + size]
        name_size, = struct.unpack_from("<I", head)
        name = head[4:4 + name_size].decode()
        stored, = struct.unpack_from("<I", head, 4 + name_size + 4 + 8 + 4)
        at += 5 + size + 4
        found[name] = hashlib.sha256(data[at:at + stored]).hexdigest()
        at += stored
    assert data[at] == 0 and len(data) == at + 13
    return found


def learned(pipeline, config=None, name="models"):
    """Digests of what the group's newest committed snapshots hold."""
    path = pipeline.folder / f"{name}.yaml"
    path.write_text(json.dumps(config or pipeline.config))
    export = pipeline.folder / f"{name}.ctex"
    program.run("state", "export", "-c", path, "-o", export)
    return digests(export)


def undisturbed(pipeline):
    """The same of one process that reads the same input from end to end, as a group of its own."""
    config = copy.deepcopy(pipeline.config)
    kafka = config["kafka"]
    kafka.pop("instance_id", None)
    kafka.update(bootstrap_servers=pipeline.broker.bootstrap, group_id=f"{kafka['group_id']}-alone",
                 output_topic=f"{pipeline.output}-alone", dead_letter_topic=f"{pipeline.output}-alone-dead")
    config["state"].update(dir=str(pipeline.folder / "state-alone"), store="directory")
    path = pipeline.folder / "alone.yaml"
    path.write_text(json.dumps(config))
    alone = pipeline.start("detect", "-c", path, "--until-end")
    assert alone.wait() in (program.OK, program.BAD_DATA), alone.log
    return learned(pipeline, config, "models-alone")
