import { localTraffic } from '../services/local-traffic.ts';
import type { ProxiedNode } from '../services/proxied.ts';
import { headerOf, networkText } from './words.ts';

/** How rules tell what pods of this node send. */
export interface FromPods {
  readonly matches: string;
  readonly doesNotMatch: string;
}

/** `undefined`: nothing tells them from others. */
export const fromPods = (node: ProxiedNode): FromPods | undefined => {
  const traffic = localTraffic(node);
  switch (traffic?.kind) {
    case undefined:
      return undefined;
    case 'source': {
      const source = `${headerOf(node.family)} saddr`;
      return { matches: `${source} ${networkText(traffic.range)}`, doesNotMatch: `${source} != ${networkText(traffic.range)}` };
    }
    case 'interface': {
      const pattern = `"${traffic.name}${traffic.isPrefix ? '*' : ''}"`;
      return { matches: `iifname ${pattern}`, doesNotMatch: `iifname != ${pattern}` };
    }
  }
};
