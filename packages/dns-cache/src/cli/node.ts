import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { systemCalls } from '../loop/system-calls.ts';
import { FlagError } from '../node/flags/flag-error.ts';
import { flagHelp } from '../node/flags/help.ts';
import type { NodeFlags } from '../node/flags/node-flags.ts';
import { readNodeFlags } from '../node/flags/node-flags.ts';
import { BackendError, chooseBackend } from '../node/processes/backend.ts';
import { ClaimedError } from '../node/processes/claim.ts';
import { NoCorefileError } from '../node/processes/configuration.ts';
import type { NetworkPlan } from '../node/processes/network-plan.ts';
import { formatRefusal } from '../node/processes/log-format.ts';
import { preflight } from '../node/processes/preflight.ts';
import { supervise } from '../node/processes/supervisor.ts';
import { findUpstreamService } from '../node/template/upstream-service.ts';
import type { NodeFacts } from '../node/template/render.ts';
import { codeOf, complaintOf, isSystemError } from '../reason.ts';
import { ListenError } from '../sockets/listen-error.ts';
import { dryRun } from './dry-run.ts';
import { readImport } from './imports.ts';
import { guardOutput } from './output.ts';
import { VERSION } from './version.ts';

const EXIT_MISUSED = 2;

/** What the supervisor starts: this program again, as one of its servers. */
const SERVER = { program: fileURLToPath(new URL('./main.js', import.meta.url)), words: ['node-server'] };

const environment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));

const factsOf = ({ localAddresses, upstreamService, prometheusAddress, dnsPort, template }: NodeFlags): NodeFacts => ({
  localAddresses,
  upstreamService: findUpstreamService(upstreamService, environment()),
  prometheusAddress,
  dnsPort,
  reading: { file: template, environment: environment(), readImport },
});

const planOf = async (flags: NodeFlags): Promise<NetworkPlan> => {
  const { localAddresses, dnsPort, healthPort, interfaceName, interfaceType, setupInterface, setupRules } = flags;
  const chosen = setupRules ? await chooseBackend(flags.rulesBackend) : { backend: NO_RULES, otherBackends: [] };
  return { addresses: localAddresses, dnsPort, healthPort, interfaceName, interfaceType, setupInterface, setupRules, ...chosen };
};

/** Never asked for anything. */
const NO_RULES: NetworkPlan['backend'] = { kind: 'nftables', program: 'nft', lifetimeSeconds: 3 };

const run = async (flags: NodeFlags): Promise<number> => {
  const facts = factsOf(flags);
  if (flags.dryRun) return dryRun(flags, facts, await planOf(flags));
  if (flags.preflight) {
    const { upstreamService } = facts;
    return preflight({ plan: await planOf(flags), upstream: upstreamService.kind === 'found' ? upstreamService.address : undefined, program: flags.preflightProgram });
  }
  const calls = systemCalls();
  if (calls === undefined) throw new BackendError('koffi for this machine (or DNS_CACHE_LOOP=off)', 'sockets are handed to servers by it: install it (npm install koffi)');
  return supervise({ flags, facts, choosePlan: () => planOf(flags), calls, command: SERVER, version: VERSION });
};

/** What whoever runs the agent can mend. */
const isMendable = (error: unknown): error is Error =>
  [FlagError, BackendError, NoCorefileError, ClaimedError, ListenError].some((kind) => error instanceof kind) || isSystemError(error);

/** What the system refuses to others it mostly lets root do. */
const mendOf = (error: Error): string => (['EACCES', 'EPERM'].includes(codeOf(error)) && process.getuid?.() !== 0 ? '; the agent runs as root' : '');

/** `dns-cache node`: takes node-cache's place on a node. */
export const node = async (argv: readonly string[]): Promise<void> => {
  const output = guardOutput('dns-cache', EXIT_MISUSED);
  let format: NodeFlags['logFormat'] = 'text';
  try {
    const command = readNodeFlags(argv);
    switch (command.kind) {
      case 'help':
        process.stdout.write(flagHelp());
        return;
      case 'version':
        process.stdout.write(`dns-cache-${VERSION}\n`);
        return;
      case 'plugins': {
        const { pluginNames } = await import('./plugin-names.ts');
        process.stdout.write(pluginNames());
        return;
      }
      case 'run':
        format = command.flags.logFormat;
        if (!command.flags.dryRun && !command.flags.preflight) output.goOn();
        process.exitCode = await run(command.flags);
        process.exit();
    }
  } catch (error) {
    if (!isMendable(error)) throw error;
    process.stderr.write(`${formatRefusal(`dns-cache node: ${complaintOf(error).replace(/\s*\n\s*/g, ' ')}${mendOf(error)}`, format, new Date())}\n`);
    process.exitCode = EXIT_MISUSED;
    process.exit();
  }
};
