"""A folder that is gone with the run it was made for, however that went: its files, and its databases.

A run that is killed stops no database, and what a server of its own keeps outside the folder would stay for
ever. A small process that ends with the run (`child.py`) clears up after it then.

>>> with passing_folder("cordillera-doc-") as folder:
...     (folder / "note").write_text("gone soon", "ascii")
9
>>> folder.exists()
False
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cordillera.runtime.child import end_child, start_child, wait_for_the_end


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """A new folder for the block; it and every embedded database below it go when this process goes."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        keeper = start_child([sys.executable, "-m", "cordillera.runtime.keeper", name], subprocess.DEVNULL)
        try:
            yield Path(name)
        finally:
            end_child(keeper)


def clear(folder: Path) -> None:
    """Stop and remove every embedded database of the folder, then the folder."""
    from cordillera.foundation.store.embedded import destroy_below  # noqa: PLC0415 - when there is need

    destroy_below(folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    wait_for_the_end()
    clear(Path(sys.argv[1]))
