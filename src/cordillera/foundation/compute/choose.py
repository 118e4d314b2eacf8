"""Where this node computes: in its own process, or on the cluster that its settings name.

>>> choose(ComputeSettings()).close()
"""

from cordillera.foundation.compute.cluster import OnCluster
from cordillera.foundation.compute.model import Compute
from cordillera.foundation.compute.threads import InProcess
from cordillera.foundation.settings import ComputeSettings


def choose(settings: ComputeSettings) -> Compute:
    """Return where kernels run; raise `ClusterMissing` when a cluster is named and not there."""
    return OnCluster(settings.cluster) if settings.cluster else InProcess(settings.workers)
