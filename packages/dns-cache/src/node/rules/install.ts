import { readIp } from '../../address.ts';
import { wholeNumber } from '../../range.ts';
import type { RuleSettings } from './rule.ts';
import { nodeCacheRules } from './rule.ts';
import { ruleSpec } from './text.ts';
import { IN_ORDER, restoreText } from './transaction.ts';

const PORT_MAX = 65_535;

/**
 * node-cache's rules for these addresses on a node that has none of them, for `iptables-restore --noflush`. Each is put on top, so that
 * the node lists them in the opposite order.
 * @param settings with the addresses of one family
 * @throws RangeError for an address or a port that is none: `iptables-restore` would refuse it all
 */
export const nodeCacheTransaction = (settings: RuleSettings): string => {
  const { addresses, dnsPort, healthPort } = settings;
  const wrong = addresses.find((address) => typeof address !== 'string' || readIp(address) === undefined);
  if (wrong !== undefined) throw new RangeError(`addresses has what is no IP address: ${wrong}`);
  wholeNumber('dnsPort', dnsPort, 1, PORT_MAX);
  wholeNumber('healthPort', healthPort, 1, PORT_MAX);
  return restoreText(
    nodeCacheRules(settings).map((rule) => ({ table: rule.table, chain: rule.chain, flag: '-I', spec: ruleSpec(rule) })),
    IN_ORDER,
  );
};
