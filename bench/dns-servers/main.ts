import { install } from './install.ts';
import { loadWith } from './load.ts';
import type { Starter } from './measure.ts';
import { measure, withServers } from './measure.ts';
import { HOT_NAMES } from './names.ts';
import { profileOf } from './profile.ts';
import { printProfile, printReport } from './report.ts';
import { HERE, startDnsmasq, startOurs, startUnbound } from './servers.ts';

/*
 * dns-cache beside unbound and dnsmasq, all forwarding to one nsd, under dnsperf: the same machine, the same queries,
 * the same run. Rounds alternate between the servers, so that what else the machine does falls on all of them.
 */

const ROUNDS = 3;
const LOAD_SECONDS = 3;
const PROFILE_SECONDS = 2;
const PORTS = { ours: 5391, unbound: 5392, dnsmasq: 5393, metrics: 5394 } as const;

const ours: Starter = (folder, upstream) => startOurs(HERE, 'dns-cache', folder, PORTS.ours, upstream, PORTS.metrics);
const peers: readonly Starter[] = [
  (folder, upstream) => startUnbound(folder, PORTS.unbound, upstream),
  (folder, upstream) => startDnsmasq(folder, PORTS.dnsmasq, upstream),
];

install();
printReport(await measure([ours, ...peers], ROUNDS));
const shares = await withServers([ours], async ([server], folder) => {
  if (server === undefined) return [];
  const [profile] = await Promise.all([profileOf(PORTS.metrics, PROFILE_SECONDS), loadWith(server, folder, HOT_NAMES, LOAD_SECONDS)]);
  return profile;
});
printProfile(shares);
