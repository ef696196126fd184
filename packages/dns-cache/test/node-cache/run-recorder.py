"""run-recorder.py REC.py WORDS...: runs the recorder so that it says that a namespace is ready only once its root is its own.

Before that what a case sets up (which iptables there is) would land in the root of this machine, now and then.
Our versions and our platform are normalised as node-cache's are: cases wait for that line.
"""
import sys

CHANGES = {
    "echo ready; exec chroot $R /bin/sleep 100000": 'exec chroot $R /bin/sh -c "echo ready; exec /bin/sleep 100000"',
    r"^CoreDNS-\S+'": r"^(?:CoreDNS|dns-cache)-\S+'",
    r"^linux/amd64, go\S+, \S*": r"^linux/\w+, (?:go\S+, \S*|node v\S+)",
}

path = sys.argv[1]
with open(path) as file:
    text = file.read()
for known, wanted in CHANGES.items():
    assert text.count(known) == 1, path + " is another one than was known: " + known
    text = text.replace(known, wanted)
sys.argv = sys.argv[1:]
exec(compile(text, path, "exec"), {"__file__": path, "__name__": "__main__"})
