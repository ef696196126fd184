import { InputError, parseRuleSet, printRuleSet, restoreInto } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../../../support/namespace.ts';
import { restoreCases } from './cases.ts';
import type { RestoreCase } from './cases.ts';

/** Tables by name: their order is that in which they were loaded, and each back end has its own. */
const tablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^\*[^]*?^COMMIT$/gm)].map(([table]) => table.replaceAll(/\[\d+:\d+\]/g, '[0:0]')).sort();

const byModel = ({ before, transaction }: RestoreCase): readonly string[] | 'refused' => {
  try {
    return tablesIn(printRuleSet(restoreInto(parseRuleSet(before, { file: 'before', family: 'ipv4' }), transaction, { file: 'transaction' })));
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
};

const END_OF_TEXT = 'NODELOCAL-END';

/** With a chain that every table of `iptables-save` shows even where it is empty. */
const byTools = (tool: string, { before, transaction }: RestoreCase): readonly string[] | 'refused' => {
  const here = (text: string): string => `<<'${END_OF_TEXT}'\n${text}\n${END_OF_TEXT}\n`;
  const script = `${tool}-restore ${here(before)}[ $? = 0 ] || exit 9\n${tool}-restore --noflush ${here(transaction)}[ $? = 0 ] || exit 1\nexec ${tool}-save`;
  const { code, stdout, stderr } = inNamespace(script);
  if (code !== 0 && code !== 1) throw new Error(`${tool}: ${stderr}`);
  return code === 1 ? 'refused' : tablesIn(stdout);
};

describe.each(['iptables-legacy', 'iptables-nft'])('%s-restore --noflush', (tool) => {
  const why = whyNot(`${tool} -L`);
  describe.skipIf(why !== undefined)(`leaves what the model leaves${skipped(why)}`, () => {
    it.each(restoreCases().map((one) => [one.name, one] as const))('of %s', (_name, one) => {
      expect(byModel(one)).toEqual(byTools(tool, one));
    });
  });
});
