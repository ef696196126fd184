"""
Sends packets of the host itself, and says after each which rules of a chain counted it. Run in a namespace of its own, with
JSON on standard input: {"family", "rules", "packets", "together", "helper"}. mangle OUTPUT leads to the rules; helper is the folder of wire.py.
Where packets go together, it is said once, behind the last, how many each rule counted.
"""

import json
import re
import socket
import subprocess
import sys

asked = json.load(sys.stdin)
sys.path.insert(0, asked['helper'])
from wire import encode  # noqa: E402

# What the kernel sends of its own accord has no such mark.
MARK = 7

TOOL = {'ipv4': 'iptables-legacy', 'ipv6': 'ip6tables-legacy'}[asked['family']]


def run(*words, text=''):
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(words)}: {done.stderr}')
    return done.stdout


def counted():
    saved = run(f'{TOOL}-save', '-c', '-t', 'mangle')
    return [int(packets) for packets in re.findall(r'^\[(\d+):\d+\] -A RULES', saved, re.M)]


def send(packet):
    family = socket.AF_INET6 if ':' in packet['src'] else socket.AF_INET
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
        raw.sendto(encode(packet), (packet['dst'], 0))


run('ip', 'link', 'set', 'lo', 'up')
run('ip', '-6', 'addr', 'add', 'fd00::1/128', 'dev', 'lo', 'nodad')
rules = ''.join(f'-A RULES {rule}\n' for rule in asked['rules'])
jump = f'-A OUTPUT -m mark --mark {MARK} -j RULES\n'
# Nothing answers.
run(f'{TOOL}-restore', text=f'*mangle\n:RULES - [0:0]\n{jump}{rules}COMMIT\n*filter\n-A INPUT -j DROP\nCOMMIT\n')
answers = []
for packet in asked['packets']:
    if not asked['together']:
        run(TOOL, '-t', 'mangle', '-Z')
    send(packet)
    if not asked['together']:
        answers.append([count > 0 for count in counted()])
if asked['together']:
    answers = counted()
print(json.dumps(answers))
