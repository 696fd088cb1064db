# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The same input through one process that nothing happens to, and what differs. Outcomes are compared as they are
read, so that millions of them take little memory."""
import copy
import dataclasses
import hashlib
import json

from confluent_kafka import Consumer, KafkaError, TopicPartition

from support import models, program
from support.waiting import wait_until


@dataclasses.dataclass
class Verdict:
    records: int = 0
    dead_letters: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    different: int = 0
    other_models: int = 0
    devices: int = 0
    examples: list = dataclasses.field(default_factory=list)

    def sound(self):
        return not (self.lost or self.doubled or self.out_of_order or self.different or self.other_models)

    def find(self, kind, example):
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 20:
            self.examples.append(f"{kind}: {example}")


def outcomes(broker, topic, is_letter):
    """(source partition, source offset), digest of key, value, headers and time; in the order of each partition's log.

    The header that names a dead letter's writer is left out: the judge is a group of its own.
    """
    consumer = Consumer({**broker.client, "group.id": "judges", "enable.auto.commit": False,
                         "auto.offset.reset": "earliest", "enable.partition.eof": True})
    left = {p for p, end in enumerate(broker.ends(topic)) if end > 0}
    consumer.assign([TopicPartition(topic, p, 0) for p in left])
    prefix = "cortado-" if is_letter else "cortado-source-"
    try:
        while left:
            for message in consumer.consume(10_000, 1.0):
                if message.error() is None:
                    headers = dict(message.headers())
                    told = [header for header in message.headers() if header[0] != "cortado-group"]
                    digest = hashlib.blake2b(digest_size=8)
                    for part in (message.key(), message.value(), repr((told, message.timestamp())).encode()):
                        digest.update(part or b"")
                    yield (int(headers[prefix + "partition"]), int(headers[prefix + "offset"])), digest.digest()
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    left.discard(message.partition())
    finally:
        consumer.close()


def alone(world):
    """Score the same input by one process in peace; its configuration."""
    pipeline = world.pipeline
    config = copy.deepcopy(pipeline.config)
    config["kafka"].update(bootstrap_servers=world.broker.bootstrap, group_id="alone", output_topic="alone",
                           dead_letter_topic="alone-dead")
    config["state"].update(dir=str(world.folder / "state-alone"), store="directory", checkpoint_interval="60s")
    path = world.folder / "alone.yaml"
    path.write_text(json.dumps(config))
    judge = pipeline.start("detect", "-c", path, "--until-end")
    wait_until(lambda: not judge.running(), lambda: f"the judge ends: {judge.log[-2000:]}", within=1800, pause=1)
    assert judge.process.returncode in (program.OK, program.BAD_DATA), judge.log
    for topic in ("alone", "alone-dead"):
        world.broker.wait_until_settled(topic)
    return config


def compare_outcomes(world, verdict, topic, other, is_letter):
    """Count what `topic` holds against what `other`, the judge's, does."""
    wanted = dict(outcomes(world.broker, other, is_letter))
    seen, newest = set(), {}
    for source, digest in outcomes(world.broker, topic, is_letter):
        partition, offset = source
        if source in seen:
            verdict.find("doubled", source)
        elif source not in wanted:
            verdict.find("different", f"{source} has another kind of outcome")
        elif wanted[source] != digest:
            verdict.find("different", source)
        if offset < newest.get(partition, -1):
            verdict.find("out_of_order", f"{source} after {newest[partition]}")
        newest[partition] = max(offset, newest.get(partition, -1))
        seen.add(source)
    for source in sorted(wanted.keys() - seen):
        verdict.find("lost", source)
    return len(seen)


def judge(world, held):
    """All that can differ; `held`: records in the input topic."""
    pipeline, verdict = world.pipeline, Verdict()
    config = alone(world)
    verdict.records = compare_outcomes(world, verdict, pipeline.output, "alone", False)
    verdict.dead_letters = compare_outcomes(world, verdict, pipeline.dead_letters, "alone-dead", True)
    if verdict.records + verdict.dead_letters != held:
        verdict.find("lost", f"{held} read, {verdict.records} and {verdict.dead_letters} found")
    config_of_workers = copy.deepcopy(pipeline.config)
    config_of_workers["kafka"]["bootstrap_servers"] = world.broker.bootstrap
    have = models.learned(pipeline, config_of_workers)
    want = models.learned(pipeline, config, "models-alone")
    verdict.devices = len(want)
    for device in sorted(have.keys() | want.keys()):
        if have.get(device) != want.get(device):
            verdict.find("other_models", device)
    return verdict
