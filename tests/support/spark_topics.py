# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The job in this process, between topics of a real Kafka."""
import json
import urllib.request

from cortado_spark.job import start
from support import program
from support.waiting import wait_until

PARTITIONS = 3


class Topics:
    """An input topic, names for what is made of it, and the job in this process."""

    def __init__(self, session, broker, name, folder):
        self.session, self.broker, self.folder = session, broker, folder
        self.input, self.output, self.dead_letters = f"{name}-raw", f"{name}-out", f"{name}-raw.dead-letter"
        broker.create_topic(self.input, PARTITIONS)
        self.config = {"kafka": {"bootstrap_servers": broker.bootstrap, "group_id": self.input, "input_topic": self.input, "output_topic": self.output},
                       "input": {"format": "json", "mapping": {"device": "/d", "time": "/t", "value": "/v"}},
                       "detector": {"preset": "last_value"}}

    def write(self, name="cortado.yaml", **kafka):
        path = self.folder / name
        path.write_text(json.dumps({**self.config, "kafka": {**self.config["kafka"], **kafka}}))
        return str(path)

    def start(self, *words, **kafka):
        return start(self.session, ["--config", self.write(**kafka), "--checkpointLocation", str(self.folder / "checkpoint"),
                                    "--triggerInterval", "0 seconds", *words])

    def run(self, *words):
        """All that there is, and an end."""
        query = self.start(*words)
        try:
            query.processAllAvailable()
        finally:
            query.stop()

    def detect(self, expect=program.BAD_DATA):
        """What the native detector writes: enriched records and dead letters."""
        names = {"output_topic": self.output + "-native", "dead_letter_topic": self.dead_letters + "-native"}
        self.config |= {"state": {"dir": str(self.folder / "state")}, "http": {"listen": "127.0.0.1:0"}}
        config = self.write("native.yaml", group_id=self.input, **names)
        program.run("detect", "-c", config, "--until-end", expect=expect)
        return [self.broker.read(name) for name in names.values()]

    def shown(self, records):
        """Names and sequences of the devices on the page of `cortado view`, once it has so many records."""
        view = program.Program(self.folder / "view", "view", "-c", self.write(), "--listen", "127.0.0.1:0")

        def devices():
            view.check_running()
            with urllib.request.urlopen(f"{view.url()}/api/v1/devices", timeout=30) as answer:
                told = json.load(answer)
            places = [told["columns"].index(name) for name in ("device", "sequence")]
            return told["totals"]["records"] == records and [[row[place] for place in places] for row in told["rows"]]
        try:
            return wait_until(devices, lambda: f"{records} records are shown: {view.log}")
        finally:
            view.end()


def row(device, number, **more):
    return json.dumps({"d": device, "t": 1577836800 + 60 * number, "v": number % 24, **more}).encode()
