import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

/** Those that are over soon; the others take the same way, and wait. */
const PLAYED = [
  'intercepted',
  'address-without-notrack',
  'kube-proxy-only',
  'search-path',
  'search-path-final-dot',
  'search-path-ndots',
  'silent-aaaa-not-asked',
  'reverse-path-mended',
  'policy-lets-dns-pass',
  'host-with-output-rules',
  'rules-once',
  'link-restored',
  'oom-kill',
];

const whyNot = (): string | undefined => {
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const { status, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', 'ip link add pair0 type veth peer name pair1 && ip link add bridge0 type bridge && iptables-legacy-save > /dev/null && command -v conntrack > /dev/null && command -v python3 > /dev/null'], { encoding: 'utf8', env });
  if (!release().startsWith('6.18')) return `the catalogue is about Linux 6.18, and this is ${release()}`;
  return status === 0 ? undefined : stderr.split('\n')[0] || 'namespaces or their tools are missing';
};

const why = whyNot();
const { scenarios } = program();

describe.skipIf(why !== undefined)(`scenarios on the live kernel${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  // A machine with much to do may start a program so late that an event comes before it.
  it.each(PLAYED)('%s: model and kernel agree', { retry: 2 }, async (name) => {
    const { code, stdout, stderr } = await scenarios('run', name, '--kernel', '--json');
    expect(stderr).toBe('');
    const { rows } = JSON.parse(stdout) as { readonly rows: readonly { readonly agrees: boolean; readonly what: string }[] };
    expect(rows.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(rows.map(({ what }) => what.split(' ')[0])).toEqual(expect.arrayContaining(['lookup', 'heard:', 'entry:'].slice(0, name === 'oom-kill' ? 2 : 3)));
    expect(code).toBe(0);
  });

  it('leaves no process behind', () => {
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line.includes('cli/kernel/responder.js'))).toEqual([]);
  });
});
