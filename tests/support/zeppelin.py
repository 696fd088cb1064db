# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A real Apache Zeppelin server with %python and %md, made of what Maven Central has: its REST interface, no pages."""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

from support.waiting import wait_until

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.8"
Z = "org.apache.zeppelin"
SERVER, MARKDOWN = f"{Z}:zeppelin-server:0.10.0", f"{Z}:zeppelin-markdown:0.10.1"
# The newest ones that fit each other and a Python of today. Each is named: the POM above the first is nowhere to be had.
PYTHON = (f"{Z}:zeppelin-python:0.12.1", f"{Z}:zeppelin-jupyter-interpreter-shaded:0.10.1", "net.sf.py4j:py4j:0.10.9.7",
          "org.apache.commons:commons-exec:1.3", "org.apache.commons:commons-lang3:3.10", "commons-io:commons-io:2.6")
SHARED = (f"{Z}:zeppelin-interpreter-shaded:0.10.1", "org.slf4j:slf4j-api:1.7.30", "org.slf4j:slf4j-log4j12:1.7.30",
          "org.slf4j:jcl-over-slf4j:1.7.30", "log4j:log4j:1.2.17")
LOGGING = """log4j.rootLogger=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File=${cortado.log}
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d{ISO8601} %-5p %c{1}: %m%n
"""
# What the server calls for each interpreter: -d its folder, -c and -p where the server listens, -r ports, -i and -g names.
INTERPRETER = """#!/bin/bash
while getopts 'd:c:p:r:i:l:g:u:' word; do
  case $word in d) folder=$OPTARG ;; c) host=$OPTARG ;; p) port=$OPTARG ;; r) ports=$OPTARG ;; i) id=$OPTARG ;; g) name=$OPTARG ;; esac
done
exec java -Xmx256m -Djava.net.preferIPv4Stack=true -Dlog4j.configuration=file:FOLDER/conf/log4j.properties \\
  -Dcortado.log=FOLDER/logs/$name.log -cp "$folder/*:FOLDER/interpreter/*" \\
  org.apache.zeppelin.interpreter.remote.RemoteInterpreterServer "$host" "$port" "$id" "$ports"
"""


def parts(coordinates):
    return "".join(f"<{tag}>{part}</{tag}>" for tag, part in zip(("groupId", "artifactId", "version"), coordinates.split(":")))


def maven(folder, body, *words):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>cortado</groupId>'
        f"<artifactId>zeppelin-jars</artifactId><version>1</version><packaging>pom</packaging>{body}</project>", encoding="utf-8")
    done = subprocess.run(["mvn", "-q", "-B", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"Maven Central does not give Zeppelin: {done.stdout[-3000:]}"


def copy_with_dependencies(folder, coordinates, *words):
    maven(folder, f"<dependencies><dependency>{parts(coordinates)}</dependency></dependencies>", f"{PLUGIN}:copy-dependencies",
          "-DincludeScope=runtime", f"-DoutputDirectory={folder}", *words)


def copy(folder, coordinates):
    items = "".join(f"<artifactItem>{parts(each)}<outputDirectory>{folder}</outputDirectory></artifactItem>" for each in coordinates)
    maven(folder, f"<build><plugins><plugin>{parts(PLUGIN)}<configuration><artifactItems>{items}</artifactItems></configuration>"
          "</plugin></plugins></build>", f"{PLUGIN}:copy")


def jars():
    """The folder of the jars; filled once, by one process at a time."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "cortado-zeppelin" / "0.10.0"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            copy_with_dependencies(folder / "server", SERVER)
            copy_with_dependencies(folder / "md", MARKDOWN, "-DexcludeArtifactIds=zeppelin-interpreter-shaded,slf4j-api,"
                                   "slf4j-log4j12,jcl-over-slf4j,log4j")
            copy(folder / "python", PYTHON)
            copy(folder / "shared", SHARED)
            (folder / "complete").touch()
    return folder


class Zeppelin:
    """The server with its interpreters; one session of processes, so that all of them go together."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._lay_out(jars())
        self._start(jars())

    def _lay_out(self, made):
        for name in ("bin", "conf", "notebook", "logs", "tmp", "war/WEB-INF", "local-repo", "interpreter/python", "interpreter/md"):
            (self.folder / name).mkdir(parents=True)
        for kind, place in (("python", "interpreter/python"), ("md", "interpreter/md"), ("shared", "interpreter")):
            for jar in (made / kind).glob("*.jar"):
                (self.folder / place / jar.name).symlink_to(jar)
        (self.folder / "war/index.html").write_text("<!DOCTYPE html><title>Zeppelin</title>")
        (self.folder / "conf/log4j.properties").write_text(LOGGING)
        script = self.folder / "bin/interpreter.sh"
        script.write_text(INTERPRETER.replace("FOLDER", str(self.folder)))
        script.chmod(0o755)
        settings = {"zeppelin.python": sys.executable, "zeppelin.python.maxResult": "1000", "zeppelin.python.useIPython": False}
        (self.folder / "interpreter/python/interpreter-setting.json").write_text(json.dumps([{
            "group": "python", "name": "python", "className": "org.apache.zeppelin.python.PythonInterpreter",
            "defaultInterpreter": True, "editor": {"language": "python"},
            "properties": {name: {"propertyName": name, "defaultValue": value, "type": "string"}
                           for name, value in settings.items()}}]))

    def _start(self, made):
        home = str(self.folder)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ZEPPELIN_")} | {
            "ZEPPELIN_HOME": home, "ZEPPELIN_CONF_DIR": f"{home}/conf", "ZEPPELIN_ADDR": "127.0.0.1",
            "ZEPPELIN_PORT": self.url.rpartition(":")[2], "ZEPPELIN_LOCAL_IP": "127.0.0.1",
            "ZEPPELIN_NOTEBOOK_DIR": f"{home}/notebook", "ZEPPELIN_INTERPRETER_DIR": f"{home}/interpreter",
            "ZEPPELIN_NOTEBOOK_STORAGE": "org.apache.zeppelin.notebook.repo.VFSNotebookRepo",
            "ZEPPELIN_INTERPRETER_GROUP_DEFAULT": "python", "ZEPPELIN_WAR": f"{home}/war", "ZEPPELIN_ANGULAR_WAR": f"{home}/war",
            "ZEPPELIN_WAR_TEMPDIR": f"{home}/tmp", "ZEPPELIN_SEARCH_ENABLE": "false",
            # Without it the server leaves when its standard input ends.
            "ZEPPELIN_IDENT_STRING": "cortado"}
        with open(self.folder / "logs/server.out", "wb") as out:
            self.process = subprocess.Popen(
                ["java", "-Xmx512m", "-Djava.net.preferIPv4Stack=true", f"-Djava.io.tmpdir={home}/tmp",
                 f"-Dlog4j.configuration=file:{home}/conf/log4j.properties", f"-Dcortado.log={home}/logs/server.log",
                 "-cp", f"{made}/server/*", "org.apache.zeppelin.server.ZeppelinServer"],
                cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        wait_until(self._answers, lambda: (self.folder / "logs/server.out").read_text(errors="replace")[-3000:], within=180)

    def _answers(self):
        assert self.process.poll() is None, (self.folder / "logs/server.out").read_text(errors="replace")[-3000:]
        try:
            with urllib.request.urlopen(self.url + "/api/interpreter/setting", timeout=30) as answer:
                return b"PythonInterpreter" in answer.read()
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        """The server, its interpreters and their Pythons."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
