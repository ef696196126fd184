"""The node's state as its own tools print it."""

from commands import run

TOOLS = {
    'ip-addr.json': ('ip', '-j', 'addr'),
    'ip-route.json': ('ip', '-j', '-N', 'route', 'show', 'table', 'all'),
    'ip-6-route.json': ('ip', '-j', '-N', '-6', 'route', 'show', 'table', 'all'),
    'ip-rule.json': ('ip', '-j', 'rule'),
    'ip-6-rule.json': ('ip', '-j', '-6', 'rule'),
}


def snapshot(more):
    """`more`: what else is asked, by the file's name."""
    return {name: run(*command) for name, command in {**TOOLS, **more}.items()}
