import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../support/program.ts';
import { sharedPath } from '../support/shared.ts';
import type { NodeCacheCase } from '../support/nodecache-cases.ts';
import { CASES_FILE, readCases } from '../support/nodecache-cases.ts';

const RUN = fileURLToPath(new URL('run-recorder.py', import.meta.url));

/**
 * What is recorded in the place of node-cache. Most cases made a link beforehand of another type than dummy: it is named here, so
 * that it is taken for ours, as node-cache takes any. But f29 and i02 show that none can be made, and d… that it is one.
 */
const stand = (program: string): string => `#!/bin/sh
case "$CASE_ID $(ip -d link show nodelocaldns 2>/dev/null)" in
  d* | f29* | i02*) type=dummy ;;
  *' ifb '*) type=ifb ;;
  *) type=bridge ;;
esac
exec '${process.execPath}' '${program}' node -interfacetype "$type" "$@"
`;

/** The recorder writes into overlays; this machine's own folders are not to be written by a mistake of it. */
const GUARD = 'mount --make-rprivate / && for one in /etc /usr; do mount --bind $one $one && mount -o remount,bind,ro $one || exit; done; exec "$@"';

/** Runs these cases, so many at a time, and gives what was seen. The recorder is not to be killed: its namespaces would stay. */
export const record = async (ids: readonly string[], jobs: number): Promise<ReadonlyMap<string, NodeCacheCase>> => {
  const folder = mkdtempSync(join(tmpdir(), 'node-cache-cases-'));
  const program = join(folder, 'node-cache');
  const seen = join(folder, 'seen.jsonl');
  const work = join(folder, 'work');
  try {
    mkdirSync(work);
    writeFileSync(program, stand(PROGRAM), { mode: 0o755 });
    const words = [RUN, sharedPath('nodecache-cases/tools/rec.py'), sharedPath(CASES_FILE), seen, '-j', String(jobs), '-k', `^(?:${ids.join('|')})$`];
    const recorder = spawn('unshare', ['--mount', 'sh', '-c', GUARD, 'sh', 'python3', ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, BIN: program, PROGRAM: 'node', WORK: work },
    });
    const [status] = (await once(recorder, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`the recorder ended with ${status}`);
    return new Map(readCases(seen).map((recorded) => [recorded.id, recorded]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
