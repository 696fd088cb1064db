# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Cortado's models inside Spark Structured Streaming: the same bytes in and out as the native detector."""
from cortado_spark.detect import SESSION, detect
from cortado_spark.repeats import Repeats, without_repeats
from cortado_spark.settings import Settings

__all__ = ["SESSION", "Repeats", "Settings", "detect", "without_repeats"]
