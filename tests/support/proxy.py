# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy in front of a broker that breaks connections around chosen requests.

It reads the frames of Kafka's protocol, so that a fault strikes between one request and its answer, not somewhere near:
  cut_before   the request never reaches the broker, the connection breaks
  cut_after    the broker has done it, the connection breaks in place of the answer
  delay        the answer comes late
  half_open    the broker has done it; from then on nothing passes, and nobody says so
  hold         the request reaches the broker when somebody lets it
"""
import collections
import dataclasses
import socket
import struct
import threading

PRODUCE, FETCH, OFFSET_COMMIT, OFFSET_FETCH, JOIN_GROUP, HEARTBEAT = 0, 1, 8, 9, 11, 12
INIT_PRODUCER_ID, ADD_OFFSETS, END_TXN, TXN_OFFSET_COMMIT = 22, 25, 26, 28
ACTIONS = ("cut_before", "cut_after", "delay", "half_open")


@dataclasses.dataclass
class Fault:
    """Strikes the next request of that kind."""
    api: int
    action: str
    seconds: float = 2.5  # longer than a call of a transaction waits before it asks again
    ends_with: bytes = b""  # the request; of END_TXN: whether it commits
    released: threading.Event = dataclasses.field(default_factory=threading.Event)  # of what is held


def read_frame(sock):
    """A frame with its length; None at the connection's end."""
    head = read_exactly(sock, 4)
    body = head and read_exactly(sock, struct.unpack(">i", head)[0])
    return head + body if body else None


def read_exactly(sock, size):
    pieces = []
    while size > 0:
        piece = sock.recv(min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class Connection:
    """One client's connection and the broker's end of it."""

    def __init__(self, proxy, client, broker, dark=False):
        self.proxy, self.client, self.broker = proxy, client, broker
        self.struck = {}  # by correlation id, requests whose answers do not come as they should
        self.dark = threading.Event()  # nothing passes any more
        if dark:
            self.dark.set()
        self.closed = threading.Event()
        for run in (self._upward, self._downward):
            threading.Thread(target=self._guarded, args=(run,), daemon=True).start()

    def close(self):
        self.closed.set()
        for sock in (self.client, self.broker):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _guarded(self, run):
        try:
            run()
        except OSError:
            pass
        # Whoever waits at a half-open connection is told nothing.
        if not self.dark.is_set() or run == self._upward:
            self.close()
            self.proxy.forget(self)

    def _upward(self):
        while frame := read_frame(self.client):
            api, = struct.unpack_from(">h", frame, 4)
            number, = struct.unpack_from(">i", frame, 8)
            fault = self.proxy.take(api, frame)
            if fault and fault.action == "cut_before":
                return
            if fault and fault.action == "hold":
                fault.released.wait()
            elif fault:
                self.struck[number] = fault
            if not self.dark.is_set():
                self.broker.sendall(frame)

    def _downward(self):
        while frame := read_frame(self.broker):
            number, = struct.unpack_from(">i", frame, 4)
            fault = self.struck.pop(number, None)
            if fault and fault.action == "cut_after":
                return
            if fault and fault.action == "half_open":
                self.dark.set()
            if fault and fault.action == "delay":
                self.closed.wait(fault.seconds)
            if not self.dark.is_set():
                self.client.sendall(frame)


class Proxy:
    """Listens on a port of its own; serve() says where the broker is."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._target, self._away, self._silent = None, False, False
        self._lock = threading.Lock()
        self._faults, self._connections = [], set()
        self.struck = collections.Counter()  # faults that have happened, by action
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self, port):
        self._target = port

    def strike(self, fault):
        """The fault waits for its request."""
        with self._lock:
            self._faults.append(fault)

    def clear(self):
        with self._lock:
            self._faults.clear()

    def waiting(self):
        """Faults whose requests have not come yet."""
        with self._lock:
            return len(self._faults)

    def take(self, api, frame):
        with self._lock:
            fault = next((fault for fault in self._faults
                          if fault.api == api and frame.endswith(fault.ends_with)), None)
            if fault:
                self._faults.remove(fault)
                self.struck[fault.action] += 1
            return fault

    def forget(self, connection):
        with self._lock:
            self._connections.discard(connection)

    def cut_all(self):
        """Every connection breaks at once; new ones are taken."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.close()

    def darken_all(self):
        """Every connection becomes half-open; new ones are taken."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.dark.set()

    def go_away(self, silently):
        """Whoever comes through here finds nobody, or somebody who never says a word."""
        self._away, self._silent = not silently, silently
        if silently:
            self.darken_all()
        else:
            self.cut_all()

    def come_back(self):
        self._away, self._silent = False, False
        self.cut_all()

    def end(self):
        self._listener.close()
        self.cut_all()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._away:
                client.close()
                continue
            try:
                broker = socket.create_connection(("127.0.0.1", self._target))
            except (OSError, TypeError):
                client.close()  # nobody is there yet, or any more
                continue
            with self._lock:
                self._connections.add(Connection(self, client, broker, self._silent))
