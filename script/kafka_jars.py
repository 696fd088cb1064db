# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Apache Kafka's jars from Maven Central, and the Java that runs them; for script/kafka."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

LOGGING = {"4.4.0": "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5",
           "3.9.2": "org.slf4j:slf4j-reload4j:1.7.36"}
LATEST = "4.4.0"
WITH_ZOOKEEPER = "3.9.2"  # the last that still knows it
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies"
LOG4J2 = """rootLogger.level = info
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${sys:cortado.log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %-5p %c{1}: %m%n
"""
LOG4J1 = """log4j.rootLogger=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File=${cortado.log}
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d{ISO8601} %-5p %c{1}: %m%n
"""


class Failure(Exception):
    """What went wrong, and what to try."""


def say(text):
    print(f"script/kafka: {text}", file=sys.stderr)


def need(tool, package):
    if not shutil.which(tool):
        raise Failure(f"{tool} is missing: run script/bootstrap kafka (Debian's {package})")


def dependency(coordinates, scope=""):
    group, artifact, version = coordinates.split(":")
    return (f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
            f"<version>{version}</version>{scope}</dependency>")


def fetch(version):
    """The folder of the jars; filled once, by one process at a time."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "cortado-kafka" / version
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            fill(folder, version)
            (folder / "complete").touch()
    return folder / "jars"


def fill(folder, version):
    need("mvn", "maven")
    say(f"fetches Apache Kafka {version} from Maven Central into {folder}")
    shutil.rmtree(folder / "jars", ignore_errors=True)
    alone = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>cortado</groupId><artifactId>kafka-jars</artifactId><version>1</version>"
        "<packaging>pom</packaging><dependencies>"
        + dependency(f"org.apache.kafka:kafka_2.13:{version}") + dependency(LOGGING[version])
        # The command-line tools, without the Connect framework that they would bring.
        + dependency(f"org.apache.kafka:kafka-tools:{version}", alone) + "</dependencies></project>",
        encoding="utf-8")
    result = subprocess.run(
        ["mvn", "-q", "-B", PLUGIN, "-DincludeScope=runtime", f"-DoutputDirectory={folder}/jars"],
        cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure("mvn could not fetch Kafka:\n" + "\n".join(result.stdout.splitlines()[:10]))


# A test's broker should be there soon; one that is measured should run as Kafka's own start scripts run it.
QUICK = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
LASTING = ["-Xmx1g", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
           "-XX:InitiatingHeapOccupancyPercent=35"]


def java(folder, version, jvm=QUICK):
    """The command up to the main class; what it runs can be told by its folder, and logs to server.log in it."""
    need("java", "openjdk-17-jre-headless")
    new = not version.startswith("3.")
    name = "log4j2.properties" if new else "log4j.properties"
    (folder / name).write_text(LOG4J2 if new else LOG4J1, encoding="utf-8")
    key = "log4j2.configurationFile" if new else "log4j.configuration"
    return ["java", *jvm, f"-D{key}=file:{folder / name}", f"-Dcortado.log={folder / 'server.log'}",
            f"-Dcortado.dir={folder}", "-cp", f"{fetch(version)}/*"]
