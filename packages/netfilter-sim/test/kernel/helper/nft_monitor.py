"""What `nft monitor trace` prints meanwhile."""

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager

# `nft monitor` says neither when it has begun to listen nor when it has written all; seconds.
MONITOR_BEGINS, MONITOR_ENDS = 0.3, 0.2


def wait_until_quiet(file):
    size = -1
    while size != os.fstat(file.fileno()).st_size:
        size = os.fstat(file.fileno()).st_size
        time.sleep(MONITOR_ENDS)


@contextmanager
def monitored():
    """Gives a list that has the lines of `nft monitor trace` afterwards."""
    lines = []
    # A file takes all that comes; a full pipe would make nft miss some of it.
    with tempfile.TemporaryFile(mode='w+') as file:
        monitor = subprocess.Popen(('stdbuf', '-oL', 'nft', 'monitor', 'trace'), stdout=file)
        time.sleep(MONITOR_BEGINS)
        try:
            yield lines
            wait_until_quiet(file)
        finally:
            monitor.terminate()
            monitor.wait()
        file.seek(0)
        lines += file.read().splitlines()
