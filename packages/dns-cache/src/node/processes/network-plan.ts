import type { Network, NetworkSettings } from '../network/network.ts';
import { createNetwork } from '../network/network.ts';
import type { Report } from '../network/report.ts';
import { readTextFile } from '../system/read-text.ts';
import { runCommand } from '../system/run.ts';

/** All that a process has to know to put the link and the rules in, or to take them away; plain data. */
export type NetworkPlan = Omit<NetworkSettings, keyof Report | 'run' | 'readText'>;

export const networkOf = (plan: NetworkPlan, report: Report): Network =>
  createNetwork({ ...plan, ...report, run: runCommand, readText: readTextFile });
