import type { LossReason } from '../../run/recording.ts';
import type { Happening } from '../../scenario/event.ts';

/** Something that a scenario does, in words. */
export const happeningWords = (what: Happening): string => {
  switch (what.kind) {
    case 'agent-killed':
      return 'node-cache is killed; its rules and addresses stay';
    case 'agent-stopped':
      return 'node-cache is stopped, and takes its rules and addresses along';
    case 'agent-started':
      return `node-cache is started; its rules follow ${what.rulesAfterMs} ms later`;
    case 'cache-rules':
      return `the cache's rules are now: ${what.are}`;
    case 'rules-flushed':
      return 'somebody flushes every table';
    case 'rules-added':
      return `rules are added: ${what.text.split('\n').filter((line) => line.startsWith('-')).join('; ')}`;
    case 'address-removed':
      return `the ${ADDRESS_WORDS[what.which]} is taken from the node`;
    case 'address-added':
      return `the ${ADDRESS_WORDS[what.which]} is put on the node`;
    case 'endpoint-gone':
      return `the pod at ${what.address} is gone, and nobody says so`;
    case 'endpoint-back':
      return `the pod at ${what.address} is back`;
    case 'kube-proxy-synced':
      return 'kube-proxy writes its rules anew';
    case 'server-changes':
      return `${what.server} behaves otherwise from now on`;
  }
};

const ADDRESS_WORDS = { local: 'local address', 'cluster-ip': 'cluster IP' } as const;

export const LOSS_WORDS: Readonly<Record<LossReason, string>> = {
  'lost-on-link': 'lost on a link',
  'too-large': 'too large for a link',
  'not-this-node': 'the network leads it elsewhere than to this node',
};
