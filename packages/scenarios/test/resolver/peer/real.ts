import { execFile, execSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Asked, Situation } from './situation.ts';
import { serversOf } from './situation.ts';

const SERVER = fileURLToPath(new URL('record-server.mjs', import.meta.url));

/** Whether network and mount namespaces can be made here. */
export const namespaces = (): boolean => process.getuid?.() === 0 && spawnSync('unshare', ['-nm', 'true']).status === 0;

/** Whether a program is here. */
export const installed = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** The path of a source text beside this file. */
export const sourceOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs what builds the program at a path, and gives the path. @throws where it cannot be built. */
export const build = (command: string, program: string): string => {
  execSync(command, { stdio: 'pipe' });
  return program;
};

/** A folder for what a test builds. */
export const scratch = (): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'resolver-'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
};

/** What a program asks for while it looks the situation's name up, in namespaces of its own. `command` gets the name. */
export const askReal = async (situation: Situation, command: string): Promise<readonly Asked[]> => {
  const { folder, remove } = scratch();
  writeFileSync(join(folder, 'resolv.conf'), situation.resolvConf);
  writeFileSync(join(folder, 'nsswitch.conf'), 'hosts: dns\n');
  const open = serversOf(situation).filter((server) => !(situation.closed ?? []).includes(server));
  const script = `
    ip link set lo up
    mount --bind ${folder}/resolv.conf /etc/resolv.conf
    mount --bind ${folder}/nsswitch.conf /etc/nsswitch.conf
    ${process.execPath} ${SERVER} '${JSON.stringify(situation.rules)}' '${JSON.stringify(open)}' > ${folder}/asked &
    until grep -q ready ${folder}/asked; do sleep 0.1; done
    timeout ${(situation.withinMs ?? 50_000) / 1000} ${command} ${situation.name} > /dev/null 2>&1
    sleep 0.1
    kill $!
    cat ${folder}/asked`;
  try {
    const { stdout } = await promisify(execFile)('unshare', ['-nm', 'sh', '-c', script], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Asked);
  } finally {
    remove();
  }
};
