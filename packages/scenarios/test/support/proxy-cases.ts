import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ProxyCase } from '../../src/kube-proxy/recorded/proxy-case.ts';
import { readProxyCase } from '../../src/kube-proxy/recorded/proxy-case.ts';

const FOLDER = fileURLToPath(new URL('../../../../../shared/kube-proxy-cases/', import.meta.url));

export const proxyCasesNote = existsSync(FOLDER) ? '' : ' (skipped: ../shared/kube-proxy-cases is absent)';

const proxyCasesFile = (mode: string): string => `${FOLDER}${mode}.jsonl`;

/** What a running kube-proxy wrote for generated objects, before and after a change. */
export const proxyCases = (mode: string): readonly ProxyCase[] => {
  if (!existsSync(FOLDER)) return [];
  const file = proxyCasesFile(mode);
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => readProxyCase(file, line));
};
