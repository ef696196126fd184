import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/node/files/read-directory.ts';
import { directory } from '../../support/node-template.ts';
import { scratch } from '../../support/scratch.ts';

const { path } = scratch();
const read = (...names: readonly string[]) => readDirectory({ path: path(), names });

describe('a directory', () => {
  it('has the files that are asked for, where they are there', () => {
    writeFileSync(path('a'), 'ä\r\n');
    writeFileSync(path('other'), Uint8Array.of(0xff));
    expect(read('a', 'b')).toEqual(directory({ a: 'ä\r\n' }));
  });

  it('is read in the layout of kubelet, before and after its swap', () => {
    const generation = (name: string, content: string): void => {
      mkdirSync(path(name));
      writeFileSync(path(`${name}/key`), content);
      symlinkSync(name, path('..data_tmp'));
      renameSync(path('..data_tmp'), path('..data'));
    };
    generation('..1', 'one');
    symlinkSync('..data/key', path('key'));
    expect(read('key')).toEqual(directory({ key: 'one' }));
    generation('..2', 'two');
    rmSync(path('..1'), { recursive: true });
    expect(read('key')).toEqual(directory({ key: 'two' }));
    rmSync(path('..2/key'));
    expect(read('key')).toEqual(directory({}));
  });

  it('says of a file why it cannot be read', () => {
    writeFileSync(path('octets'), Uint8Array.of(0xff, 0xfe));
    mkdirSync(path('folder'));
    execFileSync('mkfifo', [path('pipe')]);
    symlinkSync('circle', path('circle'));
    writeFileSync(path('big'), '');
    truncateSync(path('big'), 5_000_000);
    expect(read('octets', 'folder', 'pipe', 'circle', 'big')).toEqual(
      directory({
        octets: { kind: 'unreadable', reason: 'not UTF-8' },
        folder: { kind: 'unreadable', reason: 'not a file' },
        pipe: { kind: 'unreadable', reason: 'not a file' },
        circle: { kind: 'unreadable', reason: 'too many symbolic links' },
        big: { kind: 'unreadable', reason: '5000000 octets, and more than 4194304 are not read' },
      }),
    );
  });

  it('may not be there, or be none', () => {
    expect(readDirectory({ path: path('none'), names: ['a'] })).toEqual({ kind: 'absent' });
    writeFileSync(path('file'), '');
    expect(readDirectory({ path: path('file'), names: ['a'] })).toEqual({ kind: 'unreadable', reason: `${path('file')}: not a directory` });
    expect(readDirectory({ path: path('file/none'), names: ['a'] })).toEqual({ kind: 'unreadable', reason: `${path('file/none')}: not a directory` });
  });
});
