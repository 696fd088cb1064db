# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A broker, a topic that fills, and the workers of one group, some of them behind the proxy."""
import signal
import time

from conftest import Pipeline
from soak.generator import Generator
from support import program
from support.broker import Broker
from support.waiting import wait_until

PARTITIONS, DEVICES, MOST_WORKERS = 6, 48, 4


class World:
    def __init__(self, folder, options, dice):
        self.folder, self.dice = folder, dice
        self.broker = Broker(folder / "kafka", options.kafka)
        self.pipeline = Pipeline(self.broker, folder, "soak", PARTITIONS)
        self._configure(options.store)
        self.generator = Generator(self.broker.bootstrap, self.pipeline.input, DEVICES, options.rate)
        self.workers, self.paused = [], {}
        self.doomed = []  # workers that will kill themselves at some step
        self.mended = 0  # times that the broker was started anew since it told of long ago
        self.left = []  # workers that ended without being told to, with what they said

    def _configure(self, store):
        config = self.pipeline.config
        config["stream"].update(batch_interval="100ms", guarantee="exactly_once")
        config["state"].update(store=store, checkpoint_interval="2s")
        # So that a connection that has gone dark is noticed within this run.
        config["kafka"]["properties"].update({"socket.timeout.ms": "6000", "log_level": "2"})

    def start_worker(self, **variables):
        """With other threads, memory and route to the broker than the one before."""
        dice, config = self.dice, self.pipeline.config
        route = self.broker.proxy.address if dice.random() < 0.6 else self.broker.bootstrap
        config["kafka"]["bootstrap_servers"] = route
        number = len(self.pipeline.programs)
        path = self.pipeline.write_config(f"worker-{number}.yaml")
        words = ["--set", f"stream.threads={dice.choice([1, 2])}",
                 "--set", f"state.max_resident_devices={dice.choice([0, 0, 5, 20])}"]
        worker = self.pipeline.start("detect", "-c", path, "--json", *words, piped=True, **variables)
        self.workers.append(worker)
        return worker

    def running(self):
        """Workers that are neither dead nor paused."""
        return [worker for worker in self.workers if worker.running() and worker not in self.paused]

    def kill(self, worker):
        worker.kill()
        self.workers.remove(worker)

    def leave(self, worker):
        """SIGTERM; it must end well."""
        self.workers.remove(worker)
        code = worker.terminate()
        if code != program.OK:
            self.note(worker, code)

    def pause(self, worker, seconds):
        worker.process.send_signal(signal.SIGSTOP)
        self.paused[worker] = time.monotonic() + seconds

    def wake(self, everybody=False):
        for worker, until in list(self.paused.items()):
            if everybody or time.monotonic() > until:
                worker.process.send_signal(signal.SIGCONT)
                del self.paused[worker]

    def bury(self):
        """Forget workers that ended by themselves."""
        for worker in [worker for worker in self.workers if not worker.running()]:
            self.workers.remove(worker)
            self.paused.pop(worker, None)
            self.note(worker, worker.process.returncode)

    def note(self, worker, code):
        if worker in self.doomed and code == -signal.SIGKILL:
            return
        self.left.append((code, worker.log.strip().splitlines()[-1:] or ["said nothing"]))

    def restart_broker(self):
        self.broker.kill()
        self.broker.start_again()

    def mend_broker(self):
        """If it tells of long ago, it is started anew."""
        if self.broker.tells_of_long_ago():
            self.restart_broker()
            self.mended += 1

    def crashed(self):
        """Workers that a signal of their own ended."""
        return [(code, words) for code, words in self.left if code < 0]

    def stopped_lanes(self):
        """What lanes said that gave up."""
        return [line for worker in self.pipeline.programs for line in worker.log.splitlines()
                if "a lane has stopped" in line]

    def finish(self):
        """Everybody leaves, one worker does the rest; returns how many records the input held once all are scored. That may
        be more than were sent: a broker that was killed may take a producer's repeat for a new record."""
        self.wake(everybody=True)
        for worker in self.running():
            self.leave(worker)
        self.bury()
        self.generator.finish()
        held = sum(self.broker.ends(self.pipeline.input))
        last = self.start_worker()

        def done():
            self.mend_broker()
            return last.check_running() and self.outcomes() >= held
        wait_until(done, lambda: f"{self.outcomes()} of {held} outcomes: {last.log[-4000:]}", within=300, pause=1)
        self.leave(last)
        for topic in (self.pipeline.output, self.pipeline.dead_letters):
            self.broker.wait_until_settled(topic)
        return held

    def outcomes(self):
        return self.broker.count(self.pipeline.output) + self.broker.count(self.pipeline.dead_letters)

    def end(self):
        self.wake(everybody=True)
        self.pipeline.end()
        self.broker.stop()
