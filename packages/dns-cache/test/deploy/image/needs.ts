import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoNode } from '../../node/support/namespace.ts';
import { isBaseKept, MIRROR } from './base.ts';

const TOOLS = ['buildah', 'mmdebstrap', 'crun'];

/** Asks as apt does, whose settings have the proxy if there is one. */
const hasMirror = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-mirror-'));
  const options = ['Acquire::Retries=0', 'Acquire::http::Timeout=5'].flatMap((option) => ['-o', option]);
  const { status } = spawnSync('/usr/lib/apt/apt-helper', [...options, 'download-file', `${MIRROR}/dists/bookworm/InRelease`, join(folder, 'InRelease')]);
  rmSync(folder, { recursive: true });
  return status === 0;
};

/** Why no image can be built and started on this machine; `undefined`: it can. */
export const whyNoImage = ((): string | undefined => {
  if (whyNoNode !== undefined) return whyNoNode;
  const lacks = TOOLS.find((tool) => spawnSync(tool, ['--version']).status !== 0);
  if (lacks !== undefined) return `needs ${lacks}`;
  return isBaseKept() || hasMirror() ? undefined : `needs ${MIRROR}`;
})();

/** What the title of tests that are skipped ends with. */
export const note = whyNoImage === undefined ? '' : ` (skipped: ${whyNoImage})`;
