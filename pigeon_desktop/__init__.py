"""Pigeon Desktop: where may this photograph have been taken, and how sure can one be?"""

import os

__version__ = "0.1.0"

# From 1.29 on ONNX Runtime tells Microsoft of every session unless this is set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Nor is Ray, where a cluster is used, to report that; it does unless told before it is started.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
