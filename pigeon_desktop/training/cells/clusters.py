"""Where points cluster: OPTICS, in an order that can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.errors import Cancelled

_UNREACHED = 1e300


def optics(
    vectors: NDArray[np.floating[Any]], min_samples: int, xi: float, cancelled: Callable[[], bool] = lambda: False
) -> NDArray[np.int64]:
    """Cluster of each of n points, -1 for none, shape (n,), as scikit-learn's OPTICS finds them by straight distance.

    scikit-learn asks a tree for all the neighbours of each point; a sweep over the points is ten times as fast
    and looks up now and then.

    Args:
        vectors: (n, 3), such as places on the globe in km.
        min_samples: points to a core.
        xi: steepness, 0 to 1, that bounds a cluster.

    Raises:
        Cancelled: by `cancelled`.
    """
    from sklearn.cluster import cluster_optics_xi
    from sklearn.neighbors import KDTree

    n = len(vectors)
    if n <= min_samples:
        return np.full(n, -1, np.int64)
    core = KDTree(vectors).query(vectors, k=min_samples)[0][:, -1]
    key, left = np.full(n, _UNREACHED), np.ones(n, bool)
    reached, before, order = np.full(n, np.inf), np.full(n, -1, np.int64), np.empty(n, np.int64)
    x, y, z = np.ascontiguousarray(vectors.T)
    for step in range(n):
        if step % 250 == 0 and cancelled():
            raise Cancelled
        point = int(key.argmin())
        order[step], left[point] = point, False
        if step:
            reached[point] = key[point]
        key[point] = np.inf
        away = np.sqrt((x - x[point]) ** 2 + (y - y[point]) ** 2 + (z - z[point]) ** 2)
        np.maximum(away, core[point], out=away)
        nearer = (away < key) & left
        key[nearer], before[nearer] = away[nearer], point
    with np.errstate(all="ignore"):  # points at one place are reached over no distance
        labels: NDArray[np.int64] = cluster_optics_xi(
            reachability=reached, predecessor=before, ordering=order, min_samples=min_samples, xi=xi
        )[0]
    return labels
