import { InputError, printRule } from '@nodelocal/netfilter-sim';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { canAskTools } from './live/namespace.ts';
import { ruleOf } from './support/context.ts';

/** As iptables 1.8.9 (legacy) printed them where the estimators R1 and R2 were there; undefined: refused. */
const RULES: readonly (readonly [written: string, printed: string | undefined])[] = [
  ['--rateest R1 --rateest-gt --rateest-pps 9', '--rateest R1 --rateest-gt --rateest-pps 9'],
  ['--rateest R1 --rateest-gt --rateest-pps', '--rateest R1 --rateest-gt --rateest-pps 0'],
  ['--rateest1 R1 ! --rateest-eq --rateest-bps2 100kbit', '--rateest R1 ! --rateest-eq --rateest-bps 100000bit'],
  ['--rateest R1 --rateest-lt --rateest-bps1 1mbit --rateest-bps2 2000000', '--rateest R1 --rateest-lt --rateest-bps 2000Kbit'],
  ['--rateest R1 --rateest-lt --rateest-pps1 1 --rateest-delta', '--rateest-delta --rateest R1 --rateest-pps1 1 --rateest-lt --rateest-pps2 0'],
  ['--rateest R1 --rateest-bps 1mbit --rateest-pps 5 --rateest-gt', '--rateest R1 --rateest-gt --rateest-bps 1000Kbit --rateest-gt --rateest-pps 5'],
  ['--rateest1 R1 ! --rateest-lt --rateest-pps --rateest-bps --rateest2 R2', '--rateest1 R1 ! --rateest-lt --rateest-bps ! --rateest-lt --rateest-pps --rateest2 R2'],
  ['--rateest-delta --rateest1 R1 --rateest-bps1 2.5mbit --rateest-gt --rateest2 R2 --rateest-bps2 2mbit', '--rateest-delta --rateest1 R1 --rateest-bps1 2500Kbit --rateest-gt --rateest-bps2 2000Kbit --rateest2 R2'],
  ['--rateest R1 --rateest-gt --rateest-lt --rateest-pps 9', '--rateest R1 --rateest-lt --rateest-pps 9'],
  ['--rateest R1 --rateest-gt --rateest-bps 12.5MBps', '--rateest R1 --rateest-gt --rateest-bps 100000Kbit'],
  ['--rateest R1 --rateest-gt --rateest-bps 1Gbit', '--rateest R1 --rateest-gt --rateest-bps 1000Mbit'],
  ['--rateest R1 --rateest-gt --rateest-bps 40gbit', '--rateest R1 --rateest-gt --rateest-bps 5640Mbit'],
  ['--rateest R1 --rateest-gt --rateest-bps 0x10', '--rateest R1 --rateest-gt --rateest-bps 16bit'],
  ['--rateest R1 --rateest-gt --rateest-bps 125062500', '--rateest R1 --rateest-gt --rateest-bps 125062Kbit'],
  ['--rateest R1 --rateest-pps 9', undefined],
  ['--rateest R1 --rateest-gt', undefined],
  ['--rateest-gt --rateest-pps 9', undefined],
  ['--rateest R1 --rateest-gt ! --rateest-pps 9', undefined],
  ['--rateest R1 --rateest-gt --rateest-pps 5k', undefined],
  ['--rateest R1 --rateest-gt --rateest-bps 5foo', undefined],
];

describe('rateest', () => {
  it.each(RULES)('%s is printed as %s', (written, printed) => {
    const print = (): string => printRule('T1', ruleOf(`-m rateest ${written}`));
    if (printed === undefined) expect(print).toThrow(InputError);
    else expect(print()).toBe(`-A T1 -m rateest ${printed}`);
  });
});

/** What the tools at hand make of a rule, behind two that feed the estimators. */
const load = (written: string): string | undefined => {
  const estimators = ['R1', 'R2'].map((name) => `-A INPUT -j RATEEST --rateest-name ${name} --rateest-interval 250ms --rateest-ewmalog 500ms\n`);
  const { stdout, status } = spawnSync('unshare', ['--net', 'sh', '-c', 'iptables-legacy-restore && iptables-legacy-save -t filter'], {
    input: `*filter\n${estimators.join('')}-A INPUT -m rateest ${written}\nCOMMIT\n`,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return status === 0 ? stdout.split('\n').find((line) => line.includes('-m rateest'))?.replace('-A INPUT -m rateest ', '') : undefined;
};

describe.skipIf(!canAskTools() || load('--rateest R1 --rateest-gt --rateest-pps 9') === undefined)('the live kernel (skipped without root, iptables-legacy 1.8.9 or xt_rateest)', () => {
  it.each(RULES)('takes and prints %s as recorded', (written, printed) => {
    expect(load(written)).toBe(printed);
  });
});
