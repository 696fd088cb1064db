# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""spark-submit [...] anomaly_detector.py --config cortado.yaml --checkpointLocation DIR     (docs/spark.md)"""
from cortado_spark.job import main

if __name__ == "__main__":
    main()
