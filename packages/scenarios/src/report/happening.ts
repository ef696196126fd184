import type { Happening } from '../scenario/event.ts';

/** What happened, in words. */
export const happeningSentence = (what: Happening): string => {
  switch (what.kind) {
    case 'agent-killed':
      return 'the cache is killed';
    case 'agent-stopped':
      return 'the cache stops, and takes its rules and addresses along';
    case 'agent-started':
      return `the cache starts; its rules come ${what.rulesAfterMs === 0 ? 'with it' : `${what.rulesAfterMs} ms later`}`;
    case 'cache-rules':
      return `the cache's rules are from here on: ${what.are}`;
    case 'rules-flushed':
      return 'all rules are flushed';
    case 'rules-added':
      return `rules are added: ${what.text.split('\n').filter((line) => line.startsWith('-')).join('; ')}`;
    case 'address-removed':
      return `the ${addressName(what.which)} is taken from the node`;
    case 'address-added':
      return `the ${addressName(what.which)} is on the node again`;
    case 'endpoint-gone':
      return `the pod ${what.address} is gone`;
    case 'endpoint-back':
      return `there is a pod at ${what.address} again`;
    case 'kube-proxy-synced':
      return 'kube-proxy writes its rules for the endpoints that there are';
    case 'server-changes':
      return `${what.server} behaves otherwise`;
  }
};

const addressName = (which: 'local' | 'cluster-ip'): string => (which === 'local' ? 'local address' : 'cluster IP');
