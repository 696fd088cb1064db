# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Readings without end, and now and then a record that nobody can decode."""
import json
import threading

from confluent_kafka import Producer

from support.readings import device_of, make_row

POISON_EVERY = 499


class Generator(threading.Thread):
    """Sends at a steady rate, through whatever happens to the broker, each record once and in order."""

    def __init__(self, bootstrap, topic, devices, rate):
        super().__init__(daemon=True)
        self._topic, self._devices, self._rate = topic, devices, rate
        self._stopped = threading.Event()
        self.sent, self.failures = 0, []
        self._producer = Producer({
            "bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "enable.idempotence": True,
            "linger.ms": 20, "message.timeout.ms": 0, "log_level": 2, "queue.buffering.max.messages": 1_000_000})

    def run(self):
        while not self._stopped.wait(0.1):
            for _ in range(max(1, self._rate // 10)):
                self._send()
            self._producer.poll(0)

    def finish(self):
        """Stop; returns how many records the topic holds."""
        self._stopped.set()
        self.join()
        left = self._producer.flush(120)
        assert left == 0 and not self.failures, f"{left} readings were not delivered: {self.failures[:3]}"
        return self.sent

    def _send(self):
        number = self.sent
        row = make_row(number % self._devices + 1, number // self._devices)
        value = b"poison %d" % number if number % POISON_EVERY == POISON_EVERY - 1 else json.dumps(row).encode()
        self._producer.produce(self._topic, key=device_of(row).encode(), value=value,
                               on_delivery=lambda error, _: error and self.failures.append(error))
        self.sent += 1
