import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlagError } from '../../../src/node/flags/flag-error.ts';
import { flagHelp } from '../../../src/node/flags/help.ts';
import type { NodeFlags } from '../../../src/node/flags/node-flags.ts';
import { readNodeFlags } from '../../../src/node/flags/node-flags.ts';
import { FLAGS } from '../../../src/node/flags/table.ts';

const LOCAL = ['-localip', '169.254.20.10'];

/** What the agent is told by these flags and an address. */
const told = (...argv: readonly string[]): NodeFlags => {
  const command = readNodeFlags([...LOCAL, ...argv]);
  if (command.kind !== 'run') throw new TypeError(`asked for ${command.kind}`);
  return command.flags;
};

const complaint = (...argv: readonly string[]): string => {
  try {
    readNodeFlags(argv);
  } catch (error) {
    if (error instanceof FlagError) return error.message;
    throw error;
  }
  return 'understood';
};

describe('the command line', () => {
  it('of the official manifest is understood', () => {
    const argv = ['-localip', '169.254.20.10,10.96.0.10', '-conf', '/etc/Corefile', '-upstreamsvc', 'kube-dns-upstream'];
    expect(readNodeFlags([...argv, '-pidfile', '/tmp/node-cache.pid'])).toEqual({
      kind: 'run',
      flags: {
        localAddresses: ['169.254.20.10', '10.96.0.10'],
        setupInterface: true,
        interfaceName: 'nodelocaldns',
        interfaceType: 'dummy',
        setupRules: true,
        rulesBackend: 'auto',
        syncIntervalMs: 60_000,
        skipTeardown: false,
        corefile: '/etc/Corefile',
        template: '/etc/coredns/Corefile.base',
        kubeDnsDirectory: '/etc/kube-dns',
        upstreamService: 'kube-dns-upstream',
        dnsPort: 53,
        healthPort: 8080,
        metricsAddress: { address: '', port: 9353 },
        prometheusAddress: ':9253',
        reloadWithSignal: false,
        pidFile: '/tmp/node-cache.pid',
        stateDirectory: '/run/nodelocal-dns-cache',
        spare: true,
        probeAsPod: false,
        podAddresses: ['169.254.20.254', 'fd00:20::fe'],
        control: undefined,
        logFormat: 'text',
        quiet: false,
        preflight: false,
        preflightProgram: undefined,
        dryRun: false,
        warnings: [],
      },
    });
  });

  it.each<readonly [readonly string[], Partial<NodeFlags>]>([
    [['--dns.port=5353'], { dnsPort: 5353 }],
    [['-p', '5353'], { dnsPort: 5353 }],
    [['-p', '1', '-dns.port', '2', '-p', '3'], { dnsPort: 3 }],
    [['-p', '1', '-dns.port', '2'], { dnsPort: 2 }],
    [['-setupiptables=false', '--setupinterface=F', '-quiet', '-skipteardown=1'], { setupRules: false, setupInterface: false, quiet: true, skipTeardown: true }],
    [['-quiet', '-quiet=0'], { quiet: false }],
    [['-health-port', '1', '-health-port', '2'], { healthPort: 2 }],
    [['-metrics-listen-address='], { metricsAddress: undefined }],
    [['-metrics-listen-address', '[::1]:9353'], { metricsAddress: { address: '::1', port: 9353 } }],
    [['-prometheus-listen-address', 'localhost:1'], { prometheusAddress: 'localhost:1' }],
    [['-conf', ''], { corefile: '/etc/Corefile' }],
    [['-corefile', '/run/Corefile'], { corefile: '/run/Corefile' }],
    [['-corefile', '/run/Corefile', '-conf', '/tmp/Corefile'], { corefile: '/tmp/Corefile' }],
    [['-pidfile', ''], { pidFile: undefined }],
    [['-upstreamsvc', ''], { upstreamService: '' }],
    [['-interfacename', 'lo', '-interfacetype=bridge', '-rulesbackend', 'nftables'], { interfaceName: 'lo' as never, interfaceType: 'bridge', rulesBackend: 'nftables' }],
    [['-spare=false', '-log-format', 'json', '-control', '/run/c', '-dry-run', '-preflight'], { spare: false, logFormat: 'json', control: '/run/c', dryRun: true, preflight: true }],
    // A value may begin with a dash, as Go has it.
    [['-conf', '-quiet'], { corefile: '-quiet', quiet: false }],
    [['-quiet', '--'], { quiet: true }],
  ])('%j', (argv, expected) => {
    expect(told(...argv)).toMatchObject(expected);
  });

  it.each<readonly [string, number]>([
    ['60', 60_000], ['60s', 60_000], ['1m', 60_000], ['1m30s', 90_000], ['500ms', 500], ['2ns', 2000], ['60ns', 60_000], ['24h', 86_400_000],
  ])('-syncinterval %s is %d ms', (text, expected) => {
    expect(told('-syncinterval', text).syncIntervalMs).toBe(expected);
  });

  it.each<readonly [string, readonly string[]]>([
    ['169.254.20.10, 10.96.0.10', ['169.254.20.10', '10.96.0.10']],
    [' 169.254.20.10 ,', ['169.254.20.10']],
    [',,10.96.0.10', ['10.96.0.10']],
    ['FD00:0:0:0:0:0:0:0010,fd00::10', ['fd00::10']],
    ['::ffff:10.96.0.10,10.96.0.10', ['10.96.0.10']],
    ['fd00::10,169.254.20.10', ['fd00::10', '169.254.20.10']],
  ])('-localip %j', (text, expected) => {
    expect(told('-localip', text).localAddresses).toEqual(expected);
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [['-localip', '10.96.0.10,'], ["-localip: '10.96.0.10,' has a comma too many"]],
    [['-localip', '10.96.0.10,::ffff:10.96.0.10'], ['-localip: ::ffff:10.96.0.10 is there twice, and taken once']],
    [['-syncinterval', '2ns'], ['-syncinterval: 2ns is taken for 2 s, as node-cache takes it; write 2s']],
  ])('%j has something to hear', (argv, expected) => {
    expect(told(...argv).warnings).toEqual(expected);
  });
});

describe('a command line that cannot be meant', () => {
  it.each<readonly [readonly string[], string]>([
    [[], '-localip: there is no address to serve on; write -localip 169.254.20.10, or with the cluster address -localip 169.254.20.10,10.96.0.10'],
    [['-localip', ' , '], '-localip: there is no address to serve on; write -localip 169.254.20.10, or with the cluster address -localip 169.254.20.10,10.96.0.10'],
    [['-localip'], '-localip: its value is missing; write -localip VALUE, or -localip=VALUE'],
    [['-localip', 'localhost'], "-localip: 'localhost' is a host name; names are not looked up here: write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', '10.96.0.10/32'], "-localip: '10.96.0.10/32' has a prefix length; write 10.96.0.10: the address is put on the interface as a host's"],
    [['-localip', '10.96.0.10:53'], "-localip: '10.96.0.10:53' has a port; write 10.96.0.10, and the port with -dns.port"],
    [['-localip', '[fd00::10]:53'], "-localip: '[fd00::10]:53' has a port; write fd00::10, and the port with -dns.port"],
    [['-localip', '[fd00::10]'], "-localip: '[fd00::10]' has brackets; write fd00::10"],
    [['-localip', 'fd00::10%eth0'], "-localip: 'fd00::10%eth0' has a zone; write the address alone; its interface is -interfacename"],
    [['-localip', '10.96.0.300'], "-localip: '10.96.0.300' is not an IP address; write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', '0.0.0.0'], "-localip: '0.0.0.0' stands for all addresses; pods need one that they can ask: write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', '::'], "-localip: '::' stands for all addresses; pods need one that they can ask: write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', '255.255.255.255'], "-localip: '255.255.255.255' is the broadcast address; write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', '224.0.0.251'], "-localip: '224.0.0.251' is not a unicast address; write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', 'ff02::fb'], "-localip: 'ff02::fb' is not a unicast address; write an address such as 169.254.20.10 or fd00::10"],
    [['-localip', 'fe80::10'], "-localip: 'fe80::10' is an IPv6 link-local address, which nobody can be told without an interface; write a unique local one such as fd00::10"],
    [['-setupiptables', 'false', '-conf', 'x'], "-setupiptables: 'false' is a word of its own here; write -setupiptables=false"],
    [['-setupiptables=maybe'], "-setupiptables: 'maybe' is neither true nor false; write -setupiptables=true or -setupiptables=false"],
    [['-localip', '169.254.20.254'], '-probe-pod-ip: 169.254.20.254 is one of -localip; write an address that nobody else has'],
    [['-setupebtables=true'], '-setupebtables: there is no such flag; see -help'],
    [['---quiet'], "'---quiet' is not a flag, and there is nothing else to tell the agent; leave it out, or put it after the flag that it belongs to"],
    [['extra'], "'extra' is not a flag, and there is nothing else to tell the agent; leave it out, or put it after the flag that it belongs to"],
    [['--', '-quiet'], "'-quiet' is not a flag, and there is nothing else to tell the agent; leave it out, or put it after the flag that it belongs to"],
    [['-syncinterval', '0'], "-syncinterval: '0' is out of range; write 100ms to 24h, as in 60s"],
    [['-syncinterval', '-1ns'], "-syncinterval: '-1ns' is out of range; write 100ms to 24h, as in 60s"],
    [['-syncinterval', '60000000000ns'], "-syncinterval: '60000000000ns' is out of range; write 100ms to 24h, as in 60s"],
    [['-syncinterval', 'often'], "-syncinterval: 'often' is not a duration; write a number and a unit, as in 60s or 500ms"],
    [['-dns.port', '70000'], "-dns.port: '70000' is not a port; a port is 1 to 65535"],
    [['-p', '0'], "-dns.port: '0' is not a port; a port is 1 to 65535"],
    [['-health-port', 'http'], "-health-port: 'http' is not a port; a port is 1 to 65535"],
    [['-health-port='], "-health-port: '' is not a port; a port is 1 to 65535"],
    [['-metrics-listen-address', '9353'], "-metrics-listen-address: '9353' is not an address and a port; write HOST:PORT, [IPV6]:PORT or :PORT, a port is 1 to 65535"],
    [['-interfacename', ''], "-interfacename: the name is empty; write 1 to 15 letters, digits, '-', '_' or '.', as in nodelocaldns"],
    [['-interfacename', 'nodelocaldns-very-long'], "-interfacename: 'nodelocaldns-very-long' has 22 characters; write 1 to 15 letters, digits, '-', '_' or '.', as in nodelocaldns"],
    [['-interfacename', 'a/b'], "-interfacename: 'a/b' is not an interface's name; write 1 to 15 letters, digits, '-', '_' or '.', as in nodelocaldns"],
    [['-upstreamsvc', 'my.svc'], "-upstreamsvc: 'my.svc' is not a Service's name; write the name alone, as in kube-dns-upstream: only Services of the agent's own namespace are known to it"],
    [['-basecorefile='], '-basecorefile: its path is empty; write a path, or leave the flag out'],
    [['-rulesbackend', 'ipvs'], "-rulesbackend: 'ipvs' is not known; write auto, iptables-legacy, iptables-nft or nftables"],
  ])('%j', (argv, expected) => {
    const all = argv.includes('-localip') || argv.length === 0 ? argv : [...LOCAL, ...argv];
    expect(complaint(...all)).toBe(expected);
  });
});

describe('what does nothing else', () => {
  it.each<readonly [readonly string[], string]>([
    [['-help'], 'help'], [['-h'], 'help'], [['-version', '-localip', 'nonsense'], 'version'], [['--version=true'], 'version'], [['-plugins'], 'plugins'],
  ])('%j', (argv, kind) => {
    expect(readNodeFlags(argv)).toEqual({ kind });
  });

  it('is not asked for by its false', () => {
    expect(readNodeFlags([...LOCAL, '-version=false', '-plugins=0']).kind).toBe('run');
  });
});

describe('the help', () => {
  it('has every flag, with its default and what it means', () => {
    for (const [name, { initial, meaning }] of Object.entries(FLAGS)) {
      const [, entry = ''] = flagHelp().split(new RegExp(String.raw`^  -${name.replace('.', String.raw`\.`)}(?=[ [])`, 'm'));
      expect(entry.split('\n')[1]).toBe(`      ${meaning}${initial === '' ? '' : ` (default ${initial})`}`);
    }
  });

  it('fits a terminal', () => {
    expect(flagHelp().split('\n').filter((line) => line.length > 125)).toEqual([]);
  });

  it('has defaults that are understood', () => {
    for (const [name, { read, initial }] of Object.entries(FLAGS)) {
      if (name !== 'localip') expect(() => read(initial, `-${name}`)).not.toThrow();
    }
  });
});

const word = fc.oneof(
  fc.constantFrom(...Object.keys(FLAGS).flatMap((name) => [`-${name}`, `--${name}`, `-${name}=`, `-${name}=false`])),
  fc.constantFrom('169.254.20.10', 'fd00::10', '10.96.0.10,,', '60ns', '1h', 'false', '--', '-', '', '53', ':53', '/x'),
  fc.string({ maxLength: 12 }),
);

describe('any command line', () => {
  it('is understood, or refused in one line that says how to mend it', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        const said = complaint(...argv);
        expect(said).toMatch(/^(?:understood|[^\n]+; [^\n]+)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is understood has addresses that are each there once, and an interval that a timer takes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 5 }), fc.nat(200_000), (addresses, seconds) => {
        try {
          const { localAddresses, syncIntervalMs } = told('-localip', addresses.join(' , '), '-syncinterval', `${seconds}ns`);
          expect(new Set(localAddresses).size).toBe(localAddresses.length);
          expect(syncIntervalMs).toBe(seconds * 1000);
        } catch (error) {
          expect(error).toBeInstanceOf(FlagError);
        }
      }),
    );
  });
});
