# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The job, with every batch's records scattered over tasks and put into random order before they are scored."""
import random

import pyarrow as pa
from pyspark.sql import SparkSession

from cortado_spark.job import start

TASKS = 3


def shuffle(batches):
    for batch in batches:
        order = list(range(batch.num_rows))
        random.shuffle(order)
        yield batch.take(pa.array(order))


def main():
    session = SparkSession.builder.appName("shuffled").getOrCreate()
    start(session, through=lambda records: records.repartition(TASKS).mapInArrow(shuffle, records.schema)).awaitTermination()


if __name__ == "__main__":
    main()
