import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBackends } from '../../../src/node/system/backends.ts';
import { findNftables } from '../../../src/node/system/nftables.ts';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined)(`which tools a live node has${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  const variants = async (): Promise<unknown> => {
    const { backend, others } = await findBackends(node.run, node.readText);
    return [backend?.variant, others.map(({ variant }) => variant)];
  };

  it('are those that others have rules in', async () => {
    node.shell('iptables-legacy -A INPUT -s 192.0.2.1 -j DROP');
    expect(await variants()).toEqual(['legacy', ['nft']]);
    node.shell('iptables-nft -t mangle -N KUBE-IPTABLES-HINT');
    expect(await variants()).toEqual(['nft', ['legacy']]);
  });

  it('are looked for without making legacy tables', async () => {
    node.shell('iptables-nft -A INPUT -s 192.0.2.1 -j DROP');
    expect(await variants()).toEqual(['nft', []]);
    expect(await node.readText('/proc/net/ip_tables_names')).toBe('');
  });

  it('may be nft', async () => {
    expect(await findNftables(node.run, 3)).toEqual({ kind: 'nftables', program: 'nft', lifetimeSeconds: 3 });
    expect(await findNftables(({ argv: [program] }) => Promise.resolve({ kind: 'missing', program }), 3)).toBeUndefined();
  });
});
