import { failureText } from '../command.ts';
import type { Run } from '../command.ts';
import { batchFailures, saysNoSuchLink } from '../link/failures.ts';
import { planLink, planLinkRemoval, staleAddresses } from '../link/plan.ts';
import type { LinkPlan } from '../link/plan.ts';
import { LinkTextError, readLink } from '../link/state.ts';
import type { LinkState } from '../link/state.ts';
import type { WantedLink } from '../link/wanted.ts';
import type { ReadText } from '../read-text.ts';
import type { LinkOutcome, Transaction } from './outcome.ts';
import { countMended } from './report.ts';
import type { Report } from './report.ts';
import { servedAmong } from './served.ts';

/** Milliseconds that `ip` may need. */
const IP_MS = 10_000;

interface Needs {
  readonly wanted: WantedLink;
  readonly dnsPort: number;
  readonly run: Run;
  readonly readText: ReadText;
  readonly report: Report;
}

type Seen = { readonly kind: 'seen'; readonly link: LinkState } | { readonly kind: 'unseen'; readonly error: string };

type LinkGone =
  | { readonly kind: 'gone'; readonly deleted: 'link' | 'addresses' | 'nothing' }
  | { readonly kind: 'failed'; readonly errors: readonly string[] };

export interface LinkKeeper {
  /** @param keepsStale addresses of an earlier start stay, since there may be rules for them yet */
  ensure(keepsStale: boolean): Promise<LinkOutcome>;
  remove(): Promise<LinkGone>;
  describe(): Promise<readonly Transaction[]>;
}

const COMMAND = 'ip -force -batch -';

export const createLinkKeeper = ({ wanted, dnsPort, run, readText, report }: Needs): LinkKeeper => {
  const { name } = wanted;
  /** The link was as wanted once; what is missing after that was lost. */
  let wasWhole = false;

  const look = async (): Promise<Seen> => {
    const told = await run({ argv: ['ip', '-j', '-d', 'addr', 'show', 'dev', name], timeLimitMs: IP_MS });
    if (told.kind === 'failed' && saysNoSuchLink(told.stderr)) return { kind: 'seen', link: { kind: 'absent' } };
    if (told.kind !== 'done') return { kind: 'unseen', error: failureText(told) };
    try {
      return { kind: 'seen', link: readLink(told.stdout) };
    } catch (error) {
      if (error instanceof LinkTextError) return { kind: 'unseen', error: error.message };
      throw error;
    }
  };

  /** What `ip` could not do, as node-cache words it. */
  const write = async (text: string): Promise<readonly { readonly line: string; readonly reason: string }[]> => {
    const told = await run({ argv: ['ip', '-force', '-batch', '-'], stdin: text, timeLimitMs: IP_MS });
    if (told.kind === 'done') return [];
    const failures = told.kind === 'failed' ? batchFailures(text, told.stderr) : [];
    return failures.length > 0 ? failures : [{ line: '', reason: failureText(told) }];
  };

  /** Addresses on our link that others serve. */
  const servedByOthers = async (link: LinkState): Promise<readonly string[]> => {
    const stale = staleAddresses(wanted, link).map((address) => ({ address, port: dnsPort }));
    return [...(await servedAmong(readText, stale))];
  };

  const planNow = async (link: LinkState, keepsStale: boolean): Promise<LinkPlan> =>
    planLink(wanted, link, keepsStale ? staleAddresses(wanted, link) : await servedByOthers(link));

  const reportMended = (plan: Extract<LinkPlan, { kind: 'mend' }>): LinkOutcome => {
    const { creates, adds, renews, removes } = plan;
    if (creates) report.log(`[INFO] Added interface - ${name}`);
    else for (const address of adds) report.log(`[INFO] Added address - ${address} to ${name}`);
    for (const address of renews) report.log(`[INFO] Added tentative address anew - ${address} to ${name}`);
    for (const address of removes) report.log(`[INFO] Removed stale address - ${address} from ${name}`);
    if (wasWhole) {
      countMended(report, 'link', creates ? 1 : 0);
      countMended(report, 'address', creates ? 0 : adds.length);
    }
    countMended(report, 'stale', removes.length);
    return { kind: 'mended', creates, adds, renews, removes };
  };

  /** Both errortypes where the link itself cannot be made, as node-cache has it; its words too, but for "Added interface" (case i02). */
  const reportFailures = (creates: boolean, failures: readonly { readonly line: string; readonly reason: string }[]): LinkOutcome => {
    const [first] = failures;
    const reason = first?.reason ?? '';
    if (creates && (first?.line.startsWith('link add ') ?? false)) {
      report.log(`[ERROR] Failed to add non-existent interface ${name}: ${reason}`);
      report.count({ kind: 'setup-error', errortype: 'interface_add', times: 1 });
    }
    const told = failures.map(({ line, reason }) => (line.startsWith('addr ') ? `${reason} (${line})` : reason));
    report.log(`[ERROR] Error checking dummy device ${name} - ${told.join(', ')}`);
    report.count({ kind: 'setup-error', errortype: 'interface_check', times: 1 });
    return { kind: 'failed', errors: told };
  };

  return {
    async ensure(keepsStale) {
      const seen = await look();
      if (seen.kind === 'unseen') return reportFailures(false, [{ line: '', reason: seen.error }]);
      const plan = await planNow(seen.link, keepsStale);
      if (plan.kind === 'mend') {
        const failures = await write(plan.text);
        // Without a link all other lines fail too, for no other reason.
        const isCreated = !(plan.creates && (failures[0]?.line.startsWith('link add ') ?? false));
        if (failures.length > 0) return reportFailures(plan.creates, isCreated ? failures : failures.slice(0, 1));
      }
      const outcome: LinkOutcome = plan.kind === 'mend' ? reportMended(plan) : plan;
      wasWhole = true;
      return outcome;
    },
    async remove() {
      const seen = await look();
      if (seen.kind === 'unseen') {
        report.log(`[ERROR] Failed to remove interface ${name}: ${seen.error}`);
        return { kind: 'failed', errors: [seen.error] };
      }
      const plan = planLinkRemoval(wanted, seen.link, await servedByOthers(seen.link));
      wasWhole = false;
      if (plan.kind === 'nothing') return { kind: 'gone', deleted: 'nothing' };
      // Another of us may have been quicker.
      const failures = (await write(plan.text)).filter(({ reason }) => !/cannot find device|not found|cannot assign/i.test(reason));
      if (failures.length === 0) return { kind: 'gone', deleted: plan.deletes };
      for (const { reason } of failures) report.log(`[ERROR] Failed to remove interface ${name}: ${reason}`);
      return { kind: 'failed', errors: failures.map(({ reason }) => reason) };
    },
    async describe() {
      const seen = await look();
      const plan = await planNow(seen.kind === 'seen' ? seen.link : { kind: 'absent' }, true);
      return plan.kind === 'mend' ? [{ command: COMMAND, text: plan.text }] : [];
    },
  };
};
