# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Columns of what comes in, goes out and stays in Spark's state. A change to a state schema needs a new checkpoint."""
from pyspark.sql.types import (ArrayType, BinaryType, IntegerType, LongType, StringType, StructField, StructType)

HEADERS = ArrayType(StructType([StructField("key", StringType()), StructField("value", BinaryType())]))

RECORD = StructType([
    StructField("key", BinaryType()), StructField("value", BinaryType()), StructField("topic", StringType()),
    StructField("partition", IntegerType()), StructField("offset", LongType()),
    StructField("timestamp", LongType()),  # milliseconds since 1970
    StructField("headers", StringType())])  # JSON, null if there are none: lists of structs cost Python more than all else

# lane: -1 for a device's records, else the partition of records that have no device. records: of records.py.
ROUTED = StructType([StructField("device", StringType()), StructField("lane", IntegerType()),
                     StructField("records", BinaryType())])

# What became of a record. stage, reason: of a dead letter alone; lostBytes: of one whose value was too large for its topic.
OUTCOME = StructType([
    StructField("topic", StringType()), StructField("key", BinaryType()), StructField("value", BinaryType()),
    StructField("device", StringType()), StructField("sequence", LongType()), StructField("stage", StringType()),
    StructField("reason", StringType()), StructField("sourceTopic", StringType()), StructField("partition", IntegerType()),
    StructField("offset", LongType()), StructField("timestamp", LongType()), StructField("headers", StringType()),
    StructField("lostBytes", LongType())])
# Those of one device, column by column.
OUTCOMES = StructType([StructField(field.name, ArrayType(field.dataType)) for field in OUTCOME.fields])

# As Spark's Kafka sink reads it, and behind it what a reader may want without decoding. partition: the input's.
OUTPUT = StructType([
    StructField("topic", StringType()), StructField("partition", IntegerType()), StructField("key", BinaryType()),
    StructField("value", BinaryType()), StructField("headers", HEADERS), StructField("device", StringType()),
    StructField("sequence", LongType())])

# Where a device stands. sequence: of its last enriched record. offset: of its last record.
# batches, rows: that came since its model was written.
HEAD = StructType([
    StructField("version", StringType()), StructField("sequence", LongType()), StructField("algorithmVersion", IntegerType()),
    StructField("modelHash", StringType()), StructField("topic", StringType()), StructField("partition", IntegerType()),
    StructField("offset", LongType()), StructField("batches", IntegerType()), StructField("rows", LongType())])
MODEL = StructType([StructField("blob", BinaryType())])
TAIL = StructType([StructField("records", BinaryType())])

# A device's state from elsewhere, for a first start.
INITIAL = StructType([
    StructField("device", StringType()), StructField("lane", IntegerType()), StructField("topic", StringType()),
    StructField("partition", IntegerType()), StructField("offset", LongType()), StructField("blob", BinaryType())])
