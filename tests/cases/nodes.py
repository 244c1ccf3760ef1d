"""Nodes of a Ray cluster on this machine: `python -m tests.cases.nodes TEMPORARY FOLDER=PROGRAM...`.

Each works in its folder, with the program from another one. Prints the address, and ends when its standard input does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ray.cluster_utils import Cluster

STORE_BYTES = 80 << 20


def main(temporary: str, *nodes: str) -> None:
    """One head that offers no processor, and the nodes, each of which offers one; all but the first say that they have
    GPUs as well, which nobody looks for there."""
    about = {"include_dashboard": False, "object_store_memory": STORE_BYTES, "temp_dir": temporary}
    Path(temporary, "ray").mkdir()
    os.environ["RAY_TMPDIR"] = temporary
    cluster = Cluster(initialize_head=True, head_node_args={**about, "num_cpus": 0})
    for number, node in enumerate(nodes):
        folder, _, os.environ["PYTHONPATH"] = node.partition("=")
        os.chdir(folder)
        cluster.add_node(num_cpus=1, num_gpus=number, object_store_memory=STORE_BYTES)
    print(cluster.address, flush=True)
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
