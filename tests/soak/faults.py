# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What may happen to the workers, the broker, the network and the snapshots."""
import collections
import resource

from support import proxy
from soak.world import MOST_WORKERS

STEPS = ["fence", "fenced", "position", "begin", "append", "send_offsets", "commit", "committed", "write", "written",
         "read", "remove", "removed", "discard", "abort", "revoke", "revoked", "replay"]
APIS = [proxy.PRODUCE, proxy.ADD_OFFSETS, proxy.END_TXN, proxy.TXN_OFFSET_COMMIT, proxy.FETCH, proxy.HEARTBEAT]
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class Faults:
    """Each method is a fault; it returns False where there is nobody to strike."""
    WEIGHTS = {"kill": 6, "crash_at_a_step": 8, "pause": 4, "join": 6, "leave": 4, "broker_restart": 1,
               "cut_all_connections": 3, "cut_before_a_request": 3, "cut_before_an_answer": 4,
               "late_answer": 3, "half_open": 3, "all_half_open": 1, "disk_full": 3, "damaged_snapshot": 3}

    def __init__(self, world):
        self.world, self.dice = world, world.dice
        self.counts = collections.Counter()
        self.full = {}

    def strike(self):
        """One fault at random; what it was."""
        kinds = list(self.WEIGHTS)
        while True:
            kind, = self.dice.choices(kinds, [self.WEIGHTS[kind] for kind in kinds])
            if getattr(self, kind)() is not False:
                self.counts[kind] += 1
                return kind

    def _somebody(self):
        running = self.world.running()
        return self.dice.choice(running) if running else None

    def kill(self):
        worker = self._somebody()
        return self.world.kill(worker) if worker else False

    def crash_at_a_step(self):
        if len(self.world.workers) >= MOST_WORKERS:
            return False
        step = self.dice.choice(STEPS)
        often = {"append": 400, "read": 20, "write": 20, "written": 20}.get(step, 8)
        self.world.doomed.append(self.world.start_worker(CORTADO_CRASH_AT=f"{step}:{self.dice.randint(1, often)}"))

    def pause(self):
        worker = self._somebody()
        return self.world.pause(worker, self.dice.uniform(1, 8)) if worker else False

    def join(self):
        if len(self.world.workers) >= MOST_WORKERS:
            return False
        self.world.start_worker()

    def leave(self):
        """With room for its last snapshots, else it would rightly fail."""
        worker = self._somebody()
        if not worker:
            return False
        self._give_room(worker)
        return self.world.leave(worker)

    def broker_restart(self):
        self.world.restart_broker()

    def cut_all_connections(self):
        self.world.broker.proxy.cut_all()

    def all_half_open(self):
        self.world.broker.proxy.darken_all()

    def _around_a_request(self, action):
        self.world.broker.proxy.strike(proxy.Fault(self.dice.choice(APIS), action, self.dice.uniform(1, 8)))

    def cut_before_a_request(self):
        self._around_a_request("cut_before")

    def cut_before_an_answer(self):
        self._around_a_request("cut_after")

    def late_answer(self):
        self._around_a_request("delay")

    def half_open(self):
        self._around_a_request("half_open")

    def disk_full(self):
        """No file of this worker may grow beyond a few bytes, until relieve()."""
        worker = self._somebody()
        if not worker:
            return False
        resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (self.dice.choice([0, 500, 5000]), NO_LIMIT[1]))
        self.full[worker] = self.dice.randint(1, 3)

    def relieve(self):
        """Once a fault: what was full has room again after a few, and a broker that tells of long ago is mended after some."""
        if self.dice.random() < 0.1:
            self.world.mend_broker()
        for worker, left in list(self.full.items()):
            if left == 0 or not worker.running():
                self._give_room(worker)
            else:
                self.full[worker] = left - 1

    def _give_room(self, worker):
        if self.full.pop(worker, None) is not None and worker.running():
            resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, NO_LIMIT)

    def end(self):
        """No fault waits any more, and every disk has room."""
        self.world.broker.proxy.clear()
        for worker in list(self.full):
            self._give_room(worker)

    def damaged_snapshot(self):
        """All workers die, and a file of a lane's newest snapshot rots meanwhile."""
        folders = [path for path in (self.world.pipeline.state / self.world.pipeline.input).glob("*") if path.is_dir()]
        if not folders or not self.world.running() or self.world.paused:
            return False
        for worker in list(self.world.workers):
            self.world.kill(worker)
        files = sorted(self.dice.choice(folders).glob(self.dice.choice(["*.manifest", "*.pack"])))
        if not files:
            return None
        rot(files[-1], self.dice)
        return None


def rot(path, dice):
    """Flip a bit, or cut it short."""
    data = bytearray(path.read_bytes())
    at = dice.randrange(len(data))
    if dice.random() < 0.5:
        data[at] ^= 1 << dice.randrange(8)
    else:
        del data[at:]
    path.write_bytes(data)
