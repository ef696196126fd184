import { execFileSync } from 'node:child_process';
import process from 'node:process';

const NEEDED = { unbound: 'unbound', dnsmasq: 'dnsmasq-base', dnsperf: 'dnsperf', nsd: 'nsd', dig: 'bind9-dnsutils' } as const;

/** Debian's packages, where they are missing. */
export const install = (): void => {
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const lacking = Object.entries(NEEDED).filter(([program]) => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  if (lacking.length === 0) return;
  process.stderr.write(`installing ${lacking.map(([, name]) => name).join(' ')}\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  const packages = lacking.map(([, name]) => name);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env: environment, stdio: 'ignore' });
};
