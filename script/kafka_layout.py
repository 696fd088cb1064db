# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a new cluster's folder holds: settings, addresses and certificates; for script/kafka."""
import base64
import random
import socket
import subprocess
import uuid

from kafka_jars import Failure, java, need

# Few internal partitions, and a restart after kill -9 in 4.5 s instead of 14 s.
PROPERTIES = {
    "num.partitions": "1", "num.io.threads": "4", "num.network.threads": "2",
    "log.cleaner.dedupe.buffer.size": "8388608", "log.cleaner.backoff.ms": "1000", "offsets.topic.num.partitions": "4",
    "transaction.state.log.min.isr": "1", "transaction.state.log.num.partitions": "4",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0", "group.min.session.timeout.ms": "1000",
}
# Where nodes find each other through the cluster's own log.
KRAFT = {
    "controller.listener.names": "CONTROLLER",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1", "share.coordinator.state.topic.num.partitions": "1",
    "broker.session.timeout.ms": "1500", "broker.heartbeat.interval.ms": "300",
}
ZOOKEEPER = {"zookeeper.session.timeout.ms": "3000", "zookeeper.connection.timeout.ms": "30000"}
PROTOCOLS = "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL"


def free_ports(count):
    """Ports that nobody listens on now, below those of outgoing connections: a client that calls a dead broker again and
    again might get the broker's very port for its own end, and be connected to itself."""
    ports = []
    for port in random.SystemRandom().sample(range(20_000, 32_000), 1000):
        if len(ports) < count and can_bind(port):
            ports.append(port)
    if len(ports) < count:
        raise Failure("no port between 20000 and 32000 is free")
    return ports


def can_bind(port):
    with socket.socket() as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def openssl(folder, *words):
    result = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure("openssl: " + result.stderr.strip())


def make_certificates(folder):
    """ca.pem signs a certificate for localhost; server.pem is what the broker shows."""
    need("openssl", "openssl")
    new_key = ["-newkey", "rsa:2048", "-nodes"]
    openssl(folder, "req", "-x509", *new_key, "-days", "30", "-subj", "/CN=cortado test CA",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl(folder, "req", *new_key, "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")
    (folder / "server.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="utf-8")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", "server.ext", "-out", "server.crt")
    (folder / "server.pem").write_text(
        (folder / "server.key").read_text() + (folder / "server.crt").read_text(), encoding="utf-8")


def secure_properties(folder, users):
    make_certificates(folder)
    logins = " ".join('user_{}="{}"'.format(*user.split(":", 1)) for user in users)
    return {
        "sasl.enabled.mechanisms": "PLAIN", "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "server.pem"),
        "listener.name.sasl_ssl.plain.sasl.jaas.config":
            "org.apache.kafka.common.security.plain.PlainLoginModule required "
            f"{logins};"}


class Layout:
    """A new cluster, node by node. The state that it makes is what broker.json holds."""

    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
        self.meeting_port, *self.ports = free_ports(2 + options.brokers)
        if options.port:
            self.ports[0] = options.port
        self.copies = str(min(2, options.brokers))
        self.state = {"version": options.version, "nodes": []}

    def make(self):
        if self.options.zookeeper:
            self._lay_out_zookeeper()
        for number in range(1, self.options.brokers + 1):
            self._lay_out_broker(number)
        brokers = [node for node in self.state["nodes"] if node["id"]]
        self.state["bootstrap"] = ",".join(f"127.0.0.1:{node['port']}" for node in brokers)
        return self.state

    def _write(self, folder, properties):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "server.properties").write_text(
            "".join(f"{key}={value}\n" for key, value in properties.items()), encoding="utf-8")

    def _lay_out_zookeeper(self):
        self._write(self.folder / "zookeeper", {
            "dataDir": self.folder / "zookeeper/data", "clientPort": self.meeting_port, "tickTime": "500",
            "clientPortAddress": "127.0.0.1", "admin.enableServer": "false", "maxClientCnxns": "0"})
        self.state["nodes"].append({"id": 0, "folder": "zookeeper", "port": self.meeting_port,
                                    "main": "org.apache.zookeeper.server.ZooKeeperServerMain"})

    def _lay_out_broker(self, number):
        """The first node's files stand in the folder itself."""
        name = "." if number == 1 else f"node-{number}"
        folder, port = self.folder / name, self.ports[number - 1]
        folder.mkdir(parents=True, exist_ok=True)
        properties = {**PROPERTIES, **self._roles(number), "log.dirs": folder / "data",
                      "default.replication.factor": self.copies,
                      "offsets.topic.replication.factor": self.copies,
                      "transaction.state.log.replication.factor": self.copies}
        properties.update(self._listeners(number, port))
        properties.update(pair.split("=", 1) for pair in self.options.set)
        self.state["auto_create"] = properties.get("auto.create.topics.enable", "true") == "true"
        self._write(folder, properties)
        if not self.options.zookeeper:
            self._format(folder)
        self.state["nodes"].append({"id": number, "folder": name, "port": port, "main": "kafka.Kafka"})

    def _roles(self, number):
        if self.options.zookeeper:
            return {**ZOOKEEPER, "broker.id": str(number),
                    "zookeeper.connect": f"127.0.0.1:{self.meeting_port}"}
        return {**KRAFT, "node.id": str(number),
                "process.roles": "broker,controller" if number == 1 else "broker",
                "controller.quorum.voters": f"1@127.0.0.1:{self.meeting_port}"}

    def _listeners(self, number, port):
        """PROXIED is told to clients as the port of a proxy that the caller runs."""
        public = [f"PLAINTEXT://127.0.0.1:{port}"]
        told, extra = list(public), {}
        if number == 1 and self.options.proxied:
            proxied, = free_ports(1)
            public.append(f"PROXIED://127.0.0.1:{proxied}")
            told.append(f"PROXIED://127.0.0.1:{self.options.proxied}")
            self.state["proxied_port"] = proxied
        if number == 1 and self.options.sasl:
            extra = secure_properties(self.folder, self.options.sasl)
            public.append(f"SASL_SSL://127.0.0.1:{self.ports[-1]}")
            told.append(public[-1])
            self.state.update(sasl_bootstrap=f"127.0.0.1:{self.ports[-1]}", ca=str(self.folder / "ca.pem"))
        if number == 1 and not self.options.zookeeper:
            public.append(f"CONTROLLER://127.0.0.1:{self.meeting_port}")
        protocols = PROTOCOLS.replace("CONTROLLER:PLAINTEXT,", "") if self.options.zookeeper else PROTOCOLS
        return {**extra, "listeners": ",".join(public), "advertised.listeners": ",".join(told),
                "listener.security.protocol.map": protocols}

    def _format(self, folder):
        result = subprocess.run(
            [*java(folder, self.options.version), "kafka.tools.StorageTool", "format", "-t", self.cluster, "-c",
             str(folder / "server.properties")], capture_output=True, text=True, check=False)
        if result.returncode:
            raise Failure("the log folder could not be formatted: " + (result.stderr or result.stdout))
