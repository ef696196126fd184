import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CorefileWriteError, writeCorefile } from '../../../src/node/files/write-corefile.ts';
import { scratch } from '../../support/scratch.ts';

const { path } = scratch();

describe('a Corefile', () => {
  it('is made, and replaced by another file that everybody may read', () => {
    expect(writeCorefile(path('Corefile'), 'one')).toBe('replaced');
    const { ino } = statSync(path('Corefile'));
    expect(writeCorefile(path('Corefile'), 'two')).toBe('replaced');
    const status = statSync(path('Corefile'));
    expect([readFileSync(path('Corefile'), 'utf8'), status.mode & 0o777, status.ino === ino, readdirSync(path())]).toEqual(['two', 0o644, false, ['Corefile']]);
  });

  it('behind a symlink is replaced there', () => {
    mkdirSync(path('etc'));
    writeFileSync(path('etc/real'), 'one');
    symlinkSync('etc/real', path('Corefile'));
    writeCorefile(path('Corefile'), 'two');
    expect([readFileSync(path('etc/real'), 'utf8'), lstatSync(path('Corefile')).isSymbolicLink()]).toEqual(['two', true]);
  });

  it.each(['none/Corefile', 'folder'])('that cannot be written is told: %s', (name) => {
    mkdirSync(path('folder'));
    expect(() => writeCorefile(path(name), 'one')).toThrow(CorefileWriteError);
    expect(() => writeCorefile(path(name), 'one')).toThrow(/^Failed to write config file \S+ - err (?:no such file|is a directory); name another file with -conf$/);
    expect(readdirSync(path())).toEqual(['folder']);
  });
});

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;
const note = canMount ? '' : ' (skipped: no mount namespace can be made here)';

/** Writes in a mount namespace of its own, where the file is a mount point. */
const writeMounted = (options: string): string => {
  const module = new URL('../../../dist/node/files/write-corefile.js', import.meta.url).href;
  const program = `import('${module}').then(({ writeCorefile }) => console.log(writeCorefile(process.env.FILE, 'two'))).catch((error) => console.log(error.message))`;
  const script = `mount --bind "$FILE" "$FILE" && mount -o remount,bind,${options} "$FILE" && exec "$NODE" -e "$PROGRAM"`;
  const env = { ...process.env, FILE: path('Corefile'), NODE: process.execPath, PROGRAM: program };
  return execFileSync('unshare', ['-m', 'sh', '-c', script], { env, encoding: 'utf8' }).trim();
};

describe.runIf(canMount)(`a Corefile that is a mount point${note}`, () => {
  it('is written in place', () => {
    writeFileSync(path('Corefile'), 'one');
    const { ino } = statSync(path('Corefile'));
    expect([writeMounted('rw'), readFileSync(path('Corefile'), 'utf8'), statSync(path('Corefile')).ino === ino]).toEqual(['in-place', 'two', true]);
    expect(readdirSync(path())).toEqual(['Corefile']);
  });

  it('and read-only stays as it was', () => {
    writeFileSync(path('Corefile'), 'one');
    expect(writeMounted('ro')).toBe(`Failed to write config file ${path('Corefile')} - err the file system is read-only; name another file with -conf`);
    expect(readFileSync(path('Corefile'), 'utf8')).toBe('one');
  });
});
