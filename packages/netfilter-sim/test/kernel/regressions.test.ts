import { describe, expect, it } from 'vitest';
import { readNode, withSysctls } from '../../src/snapshot/node.ts';
import { askModel } from './model.ts';
import { differences } from './observation.ts';
import { readRecorded, readSnapshot } from './record.ts';
import { rulesOf, withNftables } from './referee.ts';

const recorded = readRecorded().map((one) => ({ ...one, name: `${one.of.id}: ${one.why}` }));

describe('what the kernel once taught the model', () => {
  it.each(recorded)('$name', ({ of, kernel, endedAtMs }) => {
    const { host } = readNode(withNftables(withSysctls(readSnapshot(of.node), of.sysctls), of.nftables), { ruleSets: rulesOf(of.rules, of.family) });
    expect(differences(kernel, askModel(of, host, endedAtMs))).toEqual([]);
  });
});
