#!/bin/sh
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
#
# Remake java_partitions.txt from the real Java client, fetched from Maven Central.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=${1:-4.4.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/pom.xml" <<POM
<project><modelVersion>4.0.0</modelVersion><groupId>cortado</groupId><artifactId>partitions</artifactId>
<version>1</version><dependencies><dependency><groupId>org.apache.kafka</groupId>
<artifactId>kafka-clients</artifactId><version>$version</version></dependency></dependencies></project>
POM
mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
  -DoutputDirectory="$work/jars"
java -cp "$work/jars/*" "$here/PartitionTable.java" > "$here/java_partitions.txt"
