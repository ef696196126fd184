import type { Backend, IptablesBackend } from '../backend.ts';
import type { Run } from '../command.ts';
import type { ReadText } from '../read-text.ts';
import type { RuleSettings } from '../rules/rule.ts';
import { createIptablesKeeper, familiesOf, removeAll } from './iptables-keeper.ts';
import type { KeeperNeeds } from './iptables-keeper.ts';
import type { RulesKeeper } from './keeper.ts';
import { createLinkKeeper } from './link-keeper.ts';
import { createNftablesKeeper } from './nftables-keeper.ts';
import { notLocal } from './not-local.ts';
import type { LinkOutcome, RemovalOutcome, RulesGone, RulesOutcome, Transaction } from './outcome.ts';
import type { Report } from './report.ts';

export interface NetworkSettings extends RuleSettings, Report {
  readonly interfaceName: string;
  readonly interfaceType: string;
  readonly setupInterface: boolean;
  readonly setupRules: boolean;
  readonly backend: Backend;
  /** Where an earlier agent may have left rules (`system/backends.ts`): looked through at the first `ensureRules`, and by `remove`. */
  readonly otherBackends: readonly IptablesBackend[];
  readonly run: Run;
  readonly readText: ReadText;
}

/**
 * The link and the rules of a node. What is asked for is done one after another, in the order of the calls; none of these rejects
 * for what a command does. All of it can be done by another process than the one that began: what is ours shows in the kernel.
 */
export interface Network {
  /** The link and its addresses. Sockets cannot be bound before, and rules should not be there before. */
  ensureLink(): Promise<LinkOutcome>;
  /** Those of the addresses that are not the node's: others bring them, under -setupinterface=false, and others may take them. */
  missingAddresses(): Promise<readonly string[]>;
  /** Only for addresses that answer. */
  ensureRules(): Promise<RulesOutcome>;
  /** With nftables: to be called each `refreshEveryMs`, else the kernel takes the rules away. */
  refresh(): Promise<RulesOutcome>;
  /** `undefined`: the rules stay by themselves. */
  readonly refreshEveryMs: number | undefined;
  /** New queries go to kube-dns; answers under way still go out as they would have. */
  stopDiverting(): Promise<RulesGone>;
  /** All rules, and if none is left the link. */
  remove(): Promise<RemovalOutcome>;
  /** What `ensureLink` and `ensureRules` would do now. */
  describe(): Promise<readonly Transaction[]>;
}

const LEFT_ALONE: { readonly kind: 'left-alone' } = { kind: 'left-alone' };

const keeperFor = (needs: KeeperNeeds, backend: Backend): RulesKeeper => {
  switch (backend.kind) {
    case 'iptables':
      return createIptablesKeeper(needs, backend);
    case 'nftables':
      return createNftablesKeeper(needs, backend);
  }
};

export const createNetwork = (settings: NetworkSettings): Network => {
  const { addresses, dnsPort, healthPort, interfaceName, interfaceType, setupInterface, setupRules, backend, otherBackends, run, readText, log, count } = settings;
  const report: Report = { log, count };
  const needs: KeeperNeeds = { settings: { addresses, dnsPort, healthPort }, run, readText, report };
  const rules = keeperFor(needs, backend);
  const link = createLinkKeeper({ wanted: { name: interfaceName, type: interfaceType, addresses }, dnsPort, run, readText, report });
  const elsewhere = otherBackends.flatMap((other) => familiesOf(needs, other));
  let hasLookedElsewhere = false;
  /** Rules for addresses of an earlier start are gone, so that these may go too. */
  let mayDropAddresses = !setupRules;
  let saidTearingDown = false;

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(task: () => Promise<Value>): Promise<Value> => {
    const turn = last.then(task);
    // Whoever asked hears of it; the next in turn has nothing to do with it.
    last = turn.catch(() => undefined);
    return turn;
  };

  /** Rules of ours in the tables that nobody else uses here: NOTRACK there works all the same. */
  const removeElsewhere = async (): Promise<RulesGone> => {
    const gone = await removeAll(elsewhere, 'all');
    if (gone.kind === 'gone' && gone.removed > 0) {
      log(`[INFO] Removed stale nodelocaldns rules - ${gone.removed} of another iptables`);
      count({ kind: 'mended', what: 'stale', times: gone.removed });
    }
    return gone;
  };

  const ensureRules = async (): Promise<RulesOutcome> => {
    saidTearingDown = false;
    if (!hasLookedElsewhere) {
      // Before ours are there: an `iptables` that is a script may write to the tables of the other one (cases r23, r24).
      await removeElsewhere();
      hasLookedElsewhere = true;
    }
    const outcome = await rules.ensure();
    if (outcome.kind !== 'failed') mayDropAddresses = true;
    return outcome;
  };

  const remove = async (): Promise<RemovalOutcome> => {
    if (!saidTearingDown) log('[INFO] Tearing down');
    saidTearingDown = true;
    let removed = 0;
    if (setupRules) {
      const gone = await rules.remove();
      const other = await removeElsewhere();
      const errors = [gone, other].flatMap((each) => (each.kind === 'failed' ? each.errors : []));
      if (errors.length > 0) {
        log(`[ERROR] Left ${interfaceName} as it is: rules are left, and without its addresses they would lead queries nowhere`);
        return { kind: 'rules-stay', errors };
      }
      for (const each of [gone, other]) if (each.kind === 'gone') removed += each.removed;
    }
    if (!setupInterface) return { kind: 'removed', rules: removed, link: 'nothing' };
    const gone = await link.remove();
    return gone.kind === 'failed'
      ? { kind: 'link-stays', rules: removed, errors: gone.errors }
      : { kind: 'removed', rules: removed, link: gone.deleted };
  };

  return {
    ensureLink: () => (setupInterface ? inTurn(() => link.ensure(!mayDropAddresses)) : Promise.resolve(LEFT_ALONE)),
    missingAddresses: () => (setupInterface ? Promise.resolve([]) : inTurn(() => notLocal(run, addresses))),
    ensureRules: () => (setupRules ? inTurn(ensureRules) : Promise.resolve(LEFT_ALONE)),
    refresh: () => (setupRules ? inTurn(() => rules.refresh()) : Promise.resolve(LEFT_ALONE)),
    refreshEveryMs: setupRules && backend.kind === 'nftables' ? (backend.lifetimeSeconds * 1000) / 3 : undefined,
    stopDiverting: () =>
      inTurn(async () => {
        return setupRules ? rules.stopDiverting() : { kind: 'gone', removed: 0 };
      }),
    remove: () => inTurn(remove),
    describe: () =>
      inTurn(async () => [...(setupInterface ? await link.describe() : []), ...(setupRules ? await rules.describe() : [])]),
  };
};
