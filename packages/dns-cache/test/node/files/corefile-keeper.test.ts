import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KeeperEvent } from '../../../src/node/files/corefile-keeper.ts';
import { keepCorefile } from '../../../src/node/files/corefile-keeper.ts';
import { factsOf } from '../../support/node-template.ts';
import { scratch } from '../../support/scratch.ts';

const { path } = scratch();

const TEMPLATE = '.:53 {\n    bind __PILLAR__LOCAL__DNS__\n    forward . __PILLAR__UPSTREAM__SERVERS__\n}\n';

const shortly = (event: KeeperEvent): string => {
  switch (event.kind) {
    case 'written':
      return `written for ${event.rendering.upstreamServers}`;
    case 'not-written':
      return event.error.message.replace(path('/'), '');
    case 'refused':
      return event.reason;
    case 'problem':
      return `problem with a ${event.problem.kind}`;
    case 'warning':
      return event.warning.kind;
  }
};

const keep = (corefile = path('Corefile')) => {
  const events: string[] = [];
  let look = (): void => undefined;
  const stop = keepCorefile({
    corefile,
    template: path('etc/Corefile.base'),
    kubeDnsDirectory: path('kube-dns'),
    facts: factsOf(),
    repeat: (tick) => {
      look = tick;
      return () => {
        look = () => undefined;
      };
    },
    report: (event) => events.push(shortly(event)),
  });
  /** What one look reports. */
  const seen = (): readonly string[] => {
    look();
    return events.splice(0);
  };
  return { seen, first: events.splice(0), stop };
};

const written = (): string => readFileSync(path('Corefile'), 'utf8');

describe('the Corefile', () => {
  it('is written at the start, and when what is behind it changes', () => {
    mkdirSync(path('etc'));
    writeFileSync(path('etc/Corefile.base'), TEMPLATE);
    const { seen, first, stop } = keep();
    expect([first, written()]).toEqual([['written for /etc/resolv.conf'], '.:53 {\n    bind 169.254.20.10 10.96.0.10\n    forward . /etc/resolv.conf\n}\n']);
    expect(seen()).toEqual([]);
    mkdirSync(path('kube-dns'));
    writeFileSync(path('kube-dns/upstreamNameservers'), '["10.0.0.3"]');
    expect(seen()).toEqual(['no-tcp-block', 'written for 10.0.0.3']);
    writeFileSync(path('kube-dns/upstreamNameservers'), '["10.0.0.3');
    expect(seen()).toEqual(['problem with a key', 'no-tcp-block']);
    writeFileSync(path('Corefile'), 'by hand');
    writeFileSync(path('kube-dns/upstreamNameservers'), '[ "10.0.0.3" ]');
    expect([seen(), written()]).toEqual([['no-tcp-block'], 'by hand']);
    stop();
    writeFileSync(path('etc/Corefile.base'), `${TEMPLATE}# x`);
    expect(seen()).toEqual([]);
  });

  it('from before stays where there is no template, until there is one', () => {
    writeFileSync(path('Corefile'), 'old');
    const { seen, first } = keep();
    expect([first, written()]).toEqual([[`Failed to read node-cache coreFile /etc/coredns/Corefile.base - no such file`], 'old']);
    mkdirSync(path('etc'));
    writeFileSync(path('etc/Corefile.base'), TEMPLATE);
    expect(seen()).toEqual(['written for /etc/resolv.conf']);
    rmSync(path('etc/Corefile.base'));
    expect(seen()).toEqual(['Failed to read node-cache coreFile /etc/coredns/Corefile.base - no such file']);
    writeFileSync(path('etc/Corefile.base'), TEMPLATE);
    expect(seen()).toEqual([]);
  });

  it('that cannot be written is tried again at each look', () => {
    mkdirSync(path('etc'));
    writeFileSync(path('etc/Corefile.base'), TEMPLATE);
    mkdirSync(path('Corefile'));
    const refused = 'Failed to write config file Corefile - err is a directory; name another file with -conf';
    const { seen, first } = keep();
    expect([first, seen(), seen()]).toEqual([[refused], [refused], [refused]]);
    rmdirSync(path('Corefile'));
    expect([seen(), seen()]).toEqual([['written for /etc/resolv.conf'], []]);
  });
});
