import { ruleSets } from '@nodelocal/netfilter-sim/fast-check';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const TOOLS = { ipv4: 'iptables-legacy-restore', ipv6: 'ip6tables-legacy-restore' } as const;
const why = whyNot('printf "*filter\\n-A INPUT -m conntrack --ctstate NEW\\nCOMMIT\\n" | iptables-legacy-restore && ip6tables-legacy-restore </dev/null');

it.skipIf(why !== undefined).each(['ipv4', 'ipv6'] as const)(`iptables-restore takes every generated rule set of %s${skipped(why)}`, (family) => {
  const texts = fc.sample(ruleSets({ family, maxRules: 30 }), 60);
  // A file after the other, and the first that is refused.
  const script = `${TOOLS[family]} && echo taken`;
  const refused = texts.map((text) => ({ text, ...inNamespace(script, text) })).find(({ stdout }) => stdout !== 'taken\n');
  expect(refused).toBeUndefined();
});
