import { execFileSync, spawnSync } from 'node:child_process';
import type { Family } from '@nodelocal/netfilter-sim';
import { ruleSetText } from '../recorded/lines.ts';
import type { RecordedLine } from '../recorded/lines.ts';

const TOOLS: Readonly<Record<Family, string>> = { ipv4: 'iptables-legacy', ipv6: 'ip6tables-legacy' };

/** The tools of the recordings are here, and this process may make namespaces. */
export const canAskTools = (): boolean => {
  if (process.getuid?.() !== 0) return false;
  const version = spawnSync('iptables-legacy', ['--version'], { encoding: 'utf8' });
  const sets = spawnSync('ipset', ['--version'], { encoding: 'utf8' });
  return version.status === 0 && version.stdout.includes('v1.8.9') && sets.status === 0;
};

/** A network namespace with the ipsets of the recordings. */
export interface ToolNamespace {
  /** What the line's chain holds once it is loaded; undefined where it is refused. */
  load(line: RecordedLine, family: Family): readonly string[] | undefined;
  end(): void;
}

export const newToolNamespace = (name: string): ToolNamespace => {
  const run = (command: string, args: readonly string[], input = ''): ReturnType<typeof spawnSync> =>
    spawnSync('ip', ['netns', 'exec', name, command, ...args], { input, encoding: 'utf8', timeout: 20_000 });
  execFileSync('ip', ['netns', 'add', name]);
  run('ipset', ['create', 's1', 'hash:ip']);
  run('ipset', ['create', 's2', 'hash:ip,port']);
  return {
    load(line, family) {
      const tool = TOOLS[family];
      if (run(`${tool}-restore`, [], ruleSetText(line)).status !== 0) return undefined;
      const saved = String(run(`${tool}-save`, ['-t', line.table]).stdout);
      const begin = `-A ${line.chain}`;
      const rules = saved.split('\n').filter((text) => text.startsWith(begin));
      return rules.map((text) => text.slice(begin.length).trim());
    },
    end() {
      execFileSync('ip', ['netns', 'delete', name]);
    },
  };
};
