import process from 'node:process';
import { CorefileError } from '../corefile/error.ts';
import { previewCorefile } from '../node/files/preview-corefile.ts';
import type { NodeFlags } from '../node/flags/node-flags.ts';
import type { NetworkPlan } from '../node/processes/network-plan.ts';
import { networkOf } from '../node/processes/network-plan.ts';
import { problemText } from '../node/template/kube-dns.ts';
import type { NodeFacts } from '../node/template/render.ts';
import { warningText } from '../node/template/render.ts';

const EXIT_MISUSED = 2;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The Corefile that would be written, as far as it could be served. @returns why it could not be */
const describeCorefile = async ({ corefile, template, kubeDnsDirectory }: NodeFlags, facts: NodeFacts): Promise<string | undefined> => {
  const { outcome, problems, warnings } = previewCorefile(template, kubeDnsDirectory, facts);
  for (const problem of problems) say(`[ERROR] ${problemText(problem)}`);
  for (const warning of warnings) say(`[WARNING] ${warningText(warning)}`);
  switch (outcome.kind) {
    case 'refused':
      return outcome.reason;
    // There was none before.
    case 'unchanged':
      return undefined;
    case 'rendered':
      process.stdout.write(`# write ${corefile}\n${outcome.corefile.trimEnd()}\n`);
  }
  // The reader of Corefiles is most of the program, and nobody else here needs it.
  const { readCorefile } = await import('./load.ts');
  try {
    readCorefile(outcome.corefile, corefile);
    return undefined;
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

/** Prints what would be done to this node. @returns the status to end with: 2 where nothing could be served */
export const dryRun = async (flags: NodeFlags, facts: NodeFacts, plan: NetworkPlan): Promise<number> => {
  for (const warning of flags.warnings) say(`[WARNING] ${warning}`);
  const transactions = await networkOf(plan, { log: say, count: () => undefined }).describe();
  if (transactions.length === 0) process.stdout.write('# nothing to do: link and rules are as wanted\n');
  for (const { command, text } of transactions) process.stdout.write(`# ${command}\n${text.trimEnd()}\n`);
  const refusal = await describeCorefile(flags, facts);
  if (refusal === undefined) return 0;
  say(`dns-cache node: ${refusal.replaceAll(/\s*\n\s*/g, ' ')}`);
  return EXIT_MISUSED;
};
