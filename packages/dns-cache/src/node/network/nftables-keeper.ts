import type { NftablesBackend } from '../backend.ts';
import { failureText } from '../command.ts';
import type { CommandFailure, CommandOutcome, Run } from '../command.ts';
import { comparableListing, installText, refreshText, removeText, stopDivertingText, TABLE } from '../nftables/table.ts';
import type { Refreshed } from '../nftables/table.ts';
import type { RuleSettings } from '../rules/rule.ts';
import type { RulesKeeper } from './keeper.ts';
import type { RulesGone, RulesOutcome } from './outcome.ts';
import { countMended } from './report.ts';
import type { Report } from './report.ts';

interface Needs {
  readonly settings: RuleSettings;
  readonly run: Run;
  readonly report: Report;
}

/** Milliseconds that `nft` may need. */
const NFT_MS = 10_000;

const AS_WANTED: RulesOutcome = { kind: 'as-wanted', above: [] };
const NAME = `{table ${TABLE}}`;

export const createNftablesKeeper = ({ settings, run, report }: Needs, { program, lifetimeSeconds }: NftablesBackend): RulesKeeper => {
  const table = { ...settings, lifetimeSeconds };
  const write = (text: string, timeLimitMs = NFT_MS): Promise<CommandOutcome> => run({ argv: [program, '-f', '-'], stdin: text, timeLimitMs });
  const list = (): Promise<CommandOutcome> => run({ argv: [program, '-s', 'list', 'table', ...TABLE.split(' ')], timeLimitMs: NFT_MS });
  /** What the table looked like when we had made it: the words of `nft` differ from version to version. */
  let made: string | undefined;
  let refreshed: Refreshed = 'all';

  const failed = (doing: string, failure: CommandFailure): { readonly kind: 'failed'; readonly errors: readonly string[] } => {
    const said = failureText(failure);
    report.log(`[ERROR] Error ${doing} nftables rules ${NAME}, error - ${said}`);
    report.count({ kind: 'setup-error', errortype: 'iptables', times: 1 });
    return { kind: 'failed', errors: [said] };
  };

  const install = async (): Promise<RulesOutcome> => {
    const isFirst = made === undefined || refreshed === 'answers';
    const written = await write(installText(table));
    if (written.kind !== 'done') return failed('checking/adding', written);
    const listed = await list();
    if (listed.kind !== 'done') return failed('checking', listed);
    made = comparableListing(listed.stdout);
    refreshed = 'all';
    report.log(`[INFO] Added back nodelocaldns rule - ${NAME}`);
    if (!isFirst) countMended(report, 'rule', 1);
    return { kind: 'mended', added: [NAME], duplicates: [], stale: [], misordered: [] };
  };

  /** What takes longer than an address lives is of no use, so it does not hold up the next. */
  const refresh = async (): Promise<RulesOutcome> => {
    const written = await write(refreshText(table, refreshed), lifetimeSeconds * 1000);
    switch (written.kind) {
      case 'done':
        return AS_WANTED;
      case 'failed':
        // The table or a set is gone. After `stopDiverting` nothing may divert again.
        return refreshed === 'all' ? install() : failed('refreshing', written);
      case 'missing':
      case 'timed-out':
      case 'lock-held':
        return failed('refreshing', written);
    }
  };

  return {
    async ensure() {
      if (made === undefined || refreshed === 'answers') return install();
      const listed = await list();
      if (listed.kind === 'done' && comparableListing(listed.stdout) === made) return refresh();
      if (listed.kind === 'done' || listed.kind === 'failed') return install();
      return failed('checking', listed);
    },
    refresh,
    async stopDiverting(): Promise<RulesGone> {
      refreshed = 'answers';
      const written = await write(stopDivertingText);
      if (written.kind === 'done') return { kind: 'gone', removed: 1 };
      const listed = await list();
      // Without the table nothing diverts.
      return listed.kind === 'failed' ? { kind: 'gone', removed: 0 } : failed('deleting', written);
    },
    async remove(): Promise<RulesGone> {
      const written = await write(removeText);
      made = undefined;
      if (written.kind === 'done') return { kind: 'gone', removed: 1 };
      return written.kind === 'missing' ? { kind: 'gone', removed: 0 } : failed('deleting', written);
    },
    describe: () => Promise.resolve([{ command: `${program} -f -`, text: installText(table) }]),
  };
};
