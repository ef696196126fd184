"""The tools and the settings of the namespace that this process is in."""

import subprocess


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, close_fds=False)
    if done.returncode != 0:
        raise ValueError(f'{" ".join(command)}: {done.stderr.strip()}')
    return done.stdout


def write_sysctl(name, value):
    """`name`: as `sysctl` prints it; no device here has a dot in its name."""
    with open(f'/proc/sys/{name.replace(".", "/")}', 'w') as file:
        file.write(str(value))
