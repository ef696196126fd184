import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { casesNote, hasCases, INSTALLED, recordedRules } from '../support/cases.ts';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import { backendOf, networkIn, plainSave } from '../support/network.ts';

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined || !hasCases)(`rules on a live kernel${note}${casesNote}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  it.each(INSTALLED)('are byte for byte what node-cache put in: $id', async ({ id, variant }) => {
    const { addresses, rules, added } = recordedRules(id);
    const save = `${addresses[0]?.includes(':') === true ? 'ip6tables' : 'iptables'}-${variant}-save`;
    const { network, lines } = networkIn(node, { addresses, backend: backendOf(variant) });
    expect(await network.ensureLink()).toMatchObject({ kind: 'mended', creates: true });
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    const tables = (lines: readonly string[]): readonly string[] => lines.join('\n').split('COMMIT').map((part) => part.trim()).sort();
    expect(tables(plainSave(node.shell(save)))).toEqual(tables(rules));
    expect(lines.slice(1)).toEqual(added);
    expect(await network.ensureRules()).toEqual({ kind: 'as-wanted', above: [] });
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 12 * addresses.length, link: 'link' });
    expect(node.shell(`${save} | grep -c NodeLocal || true; ip -br link`)).toMatch(/^0\nlo .*\n$/);
  });
});
