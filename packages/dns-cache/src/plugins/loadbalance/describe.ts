import { networkText } from '../../address.ts';
import { durationText } from '../../corefile/duration.ts';
import type { LoadbalanceValue } from './setup.ts';

export const describe = ({ policy, prefer }: LoadbalanceValue): readonly string[] => {
  const preferred = prefer.length === 0 ? [] : [`  prefer ${prefer.map(networkText).join(' ')}`];
  switch (policy.kind) {
    case 'round_robin':
      return ['loadbalance round_robin', ...preferred];
    case 'weighted': {
      const { path, reloadMs } = policy;
      return [`loadbalance weighted ${path}, ${reloadMs === 0 ? 'never reloaded' : `every ${durationText(reloadMs)}`}`];
    }
  }
};
