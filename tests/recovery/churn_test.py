# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Workers join, leave, die and are paused at random, while records come and while they do not."""
import random
import signal

from support import program
from support.oracle import check_exactly_once

ROUNDS, ROUNDS_IN_FULL = 14, 100
MOST = 4


class Crowd:
    """The workers of a group; always one that is awake."""

    def __init__(self, pipeline, dice):
        self.pipeline, self.dice = pipeline, dice
        self.awake, self.asleep = [pipeline.detect()], []

    def change(self):
        """What happened, in a word."""
        kinds = ["join"] * (len(self.awake) + len(self.asleep) < MOST) + ["wake"] * bool(self.asleep)
        if len(self.awake) > 1:
            kinds += ["leave", "die", "sleep"]
        kind = self.dice.choice(kinds)
        getattr(self, kind)()
        return kind

    def join(self):
        self.awake.append(self.pipeline.detect())

    def leave(self):
        worker = self._take(self.awake)
        assert worker.terminate() == program.OK, worker.log

    def die(self):
        self._take(self.awake).kill()

    def sleep(self):
        self.asleep.append(self._take(self.awake))
        self.asleep[-1].process.send_signal(signal.SIGSTOP)

    def wake(self):
        self.awake.append(self._take(self.asleep))
        self.awake[-1].process.send_signal(signal.SIGCONT)

    def _take(self, workers):
        return workers.pop(self.dice.randrange(len(workers)))

    def check(self):
        for worker in self.awake:
            worker.check_running()


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        metafunc.parametrize("seed", [random.SystemRandom().randrange(10**9)] if full else [1])


def test_workers_come_and_go_at_random(make_pipeline, messages, readings, seed, full):
    dice, rounds = random.Random(seed), ROUNDS_IN_FULL if full else ROUNDS
    pipeline = make_pipeline(partitions=4)
    pipeline.config["stream"]["batch_interval"] = "50ms"
    pipeline.config["state"]["checkpoint_interval"] = "300ms"
    crowd, sent = Crowd(pipeline, dice), 0
    for number in range(rounds):
        part = messages[sent:sent + len(messages) // rounds]
        pipeline.broker.produce(pipeline.input, part)
        sent += len(part)
        # Not until all is scored: the next change strikes in the middle as often as not.
        pipeline.wait_for_output(crowd.awake[-1], dice.randint(pipeline.broker.count(pipeline.output), sent))
        print(f"round {number}: {crowd.change()}")
        crowd.check()
    pipeline.broker.produce(pipeline.input, messages[sent:])
    while crowd.asleep:
        crowd.wake()
    pipeline.wait_for_all(crowd.awake[-1])
    for worker in crowd.awake:
        assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])
