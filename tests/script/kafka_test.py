# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/kafka never takes somebody else's broker for its own."""
import pathlib
import socket
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/kafka"


def test_a_port_in_use_is_refused(tmp_path):
    folder = tmp_path / "broker"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = subprocess.run([SCRIPT, "start", "--port", str(port), "--dir", folder],
                                capture_output=True, text=True, check=False, timeout=30)
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"something listens on port {port} already" in result.stderr
    assert not folder.exists()


def test_zookeeper_needs_a_version_that_knew_it(tmp_path):
    result = subprocess.run([SCRIPT, "start", "--zookeeper", "--version", "4.4.0", "--dir", tmp_path / "broker"],
                            capture_output=True, text=True, check=False, timeout=30)
    assert result.returncode == 2
    assert "--zookeeper needs --version 3.9.2" in result.stderr
    assert not (tmp_path / "broker").exists()
