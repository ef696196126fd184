import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { watchDirectories } from '../../../src/node/files/watch-directories.ts';
import { directory } from '../../support/node-template.ts';
import { scratch } from '../../support/scratch.ts';

const { path } = scratch();

const watch = () => {
  const changes: (readonly string[])[] = [];
  const timer = { everyMs: 0, running: true, tick: (): boolean => false };
  const watching = watchDirectories({
    directories: {
      template: { path: path('coredns'), names: ['Corefile.base'] },
      kubeDns: { path: path('kube-dns'), names: ['stubDomains', 'upstreamNameservers'] },
    },
    repeat: (tick, everyMs) => {
      Object.assign(timer, { tick, everyMs });
      return () => {
        timer.running = false;
      };
    },
    changed: (_, names) => changes.push(names),
  });
  return { watching, changes, timer };
};

describe('two directories', () => {
  it('are looked at every 10 s until it is stopped', () => {
    const { watching, timer } = watch();
    expect(timer).toMatchObject({ everyMs: 10_000, running: true });
    watching.stop();
    expect(timer.running).toBe(false);
  });

  it('are a change where a file that is asked for comes, goes or is another', () => {
    mkdirSync(path('coredns'));
    writeFileSync(path('coredns/Corefile.base'), 'one');
    const { watching, changes, timer } = watch();
    expect(watching.sources()).toEqual({ template: directory({ 'Corefile.base': 'one' }), kubeDns: { kind: 'absent' } });
    timer.tick();
    writeFileSync(path('coredns/notes'), 'x');
    timer.tick();
    expect(changes).toEqual([]);
    writeFileSync(path('coredns/Corefile.base'), 'two');
    mkdirSync(path('kube-dns'));
    writeFileSync(path('kube-dns/stubDomains'), '{}');
    timer.tick();
    timer.tick();
    rmSync(path('kube-dns/stubDomains'));
    watching.look();
    rmSync(path('coredns'), { recursive: true });
    timer.tick();
    expect(changes).toEqual([
      ['template/Corefile.base', 'kubeDns/.', 'kubeDns/stubDomains'],
      ['kubeDns/stubDomains'],
      ['template/.', 'template/Corefile.base'],
    ]);
  });
});
