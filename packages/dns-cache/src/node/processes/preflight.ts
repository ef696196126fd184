import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { IptablesBackend } from '../backend.ts';
import type { Family } from '../family.ts';
import { FAMILIES } from '../family.ts';
import type { Transaction } from '../network/outcome.ts';
import { runCommand } from '../system/run.ts';
import type { NetworkPlan } from './network-plan.ts';
import { networkOf } from './network-plan.ts';

/** Milliseconds that a program may take which only reads, and the one that thinks about it. */
const READ_MS = 10_000;
const EXAMINE_MS = 120_000;

/** What the model of a node is read from, and what prints it; a node without one of these programs has nothing of it. */
const STATE: Readonly<Record<string, readonly [program: string, ...words: string[]]>> = {
  'ip-addr.json': ['ip', '-j', 'addr'],
  'ip-link.json': ['ip', '-j', '-d', 'link'],
  'ip-route.json': ['ip', '-j', '-N', 'route', 'show', 'table', 'all'],
  'ip-6-route.json': ['ip', '-j', '-N', '-6', 'route', 'show', 'table', 'all'],
  'ip-rule.json': ['ip', '-j', 'rule'],
  'ip-6-rule.json': ['ip', '-j', '-6', 'rule'],
  'ip-maddr.json': ['ip', '-j', 'maddr'],
  'sysctl.txt': ['sysctl', '-a'],
  'conntrack.txt': ['conntrack', '-L', '-o', 'extended'],
  'ss.txt': ['ss', '-lntuH'],
  'nft-ruleset.json': ['nft', '-j', 'list', 'ruleset'],
  'ipset-save.txt': ['ipset', 'save'],
};

const PREFIX: Readonly<Record<Family, string>> = { ipv4: 'iptables', ipv6: 'ip6tables' };

/** The rules that a back end has, by the names that a node folder gives them: the one in use first, another beside it. */
const rulesOf = ({ backend, otherBackends }: NetworkPlan): Readonly<Record<string, readonly [program: string, ...words: string[]]>> => {
  const all: readonly IptablesBackend[] = [...(backend.kind === 'iptables' ? [backend] : []), ...otherBackends];
  return Object.fromEntries(
    all.flatMap(({ tools, variant }, index) =>
      FAMILIES.flatMap((family) => {
        const tool = tools[family];
        const name = index === 0 ? `${PREFIX[family]}-save.txt` : `${PREFIX[family]}-${variant}-save.txt`;
        return tool.kind === 'restore' ? [[name, [tool.save] as const] as const] : [];
      }),
    ),
  );
};

/** The node as its own tools print it, into a folder. */
const captureNode = async (plan: NetworkPlan, folder: string): Promise<void> => {
  for (const [file, argv] of Object.entries({ ...STATE, ...rulesOf(plan) })) {
    const told = await runCommand({ argv, timeLimitMs: READ_MS });
    // Nothing printed is nothing there: no socket, no set.
    if (told.kind === 'done') writeFileSync(join(folder, file), told.stdout);
  }
};

/** Nothing would change: that is a transaction too. */
const NOTHING = '*raw\nCOMMIT\n';

const writeTransactions = (transactions: readonly Transaction[], folder: string): readonly string[] => {
  const rules = transactions.filter(({ command }) => /(?:tables[a-z-]*-restore|nft)\b/.test(command));
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const [ipv6, ipv4] = [true, false].map((isIpv6) => rules.find(({ command }) => command.startsWith('ip6tables') === isIpv6));
  return [
    '--transaction', write('transaction', ipv4?.text ?? NOTHING),
    ...(ipv6 === undefined ? [] : ['--transaction6', write('transaction6', ipv6.text)]),
  ];
};

/** In a checkout; elsewhere it is in the path, as in the image. */
const BESIDE = fileURLToPath(new URL('../../../../scenarios/dist/cli/main.js', import.meta.url));

const examine = async (program: string | undefined, words: readonly string[]) => {
  const named = await runCommand({ argv: [program ?? 'scenarios', ...words], timeLimitMs: EXAMINE_MS });
  if (named.kind !== 'missing' || program !== undefined || !existsSync(BESIDE)) return named;
  return runCommand({ argv: [process.execPath, BESIDE, ...words], timeLimitMs: EXAMINE_MS });
};

export interface PreflightOptions {
  readonly plan: NetworkPlan;
  /** The Service that the cache will ask, where it is known. */
  readonly upstream: string | undefined;
  /** Instead of the `scenarios` of this installation. */
  readonly program: string | undefined;
}

/**
 * Has the model of netfilter-sim say what will happen on this node, without touching it.
 * @returns the status to end with: 0 it will work, 1 it will not, or that is not known, 2 it could not be asked
 */
export const preflight = async ({ plan, upstream, program }: PreflightOptions): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-preflight-'));
  const node = join(folder, 'node');
  mkdirSync(node);
  try {
    await captureNode(plan, node);
    const network = networkOf(plan, { log: (line) => void process.stderr.write(`${line}\n`), count: () => undefined });
    const told = await examine(program, [
      'preflight',
      '--node', node,
      ...writeTransactions(await network.describe(), folder),
      '--addresses', plan.addresses.join(','),
      '--interface', plan.interfaceName,
      '--dns-port', String(plan.dnsPort),
      '--health-port', String(plan.healthPort),
      ...(upstream === undefined ? [] : ['--upstream', upstream]),
    ]);
    switch (told.kind) {
      case 'done':
        process.stdout.write(told.stdout);
        return 0;
      case 'failed':
      case 'lock-held':
        if (told.kind === 'failed') process.stdout.write(told.stdout);
        process.stderr.write(told.stderr);
        return told.status;
      case 'missing':
        process.stderr.write(`dns-cache node: -preflight: ${told.program} is not installed here; install @nodelocal/scenarios, or name its program with -preflight-program FILE\n`);
        return 2;
      case 'timed-out':
        process.stderr.write(`dns-cache node: -preflight: no answer in ${told.afterMs / 1000} s\n`);
        return 2;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};
