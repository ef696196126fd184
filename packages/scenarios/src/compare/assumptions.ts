import { DELAY_MS } from '../run/delays.ts';
import type { Link } from '../scenario/links.ts';
import type { Scenario } from '../scenario/scenario.ts';

const linkText = (name: string, { delayMs, lossShare, largestBytes }: Link): string =>
  [
    `a packet takes ${delayMs} ms ${name}`,
    ...(lossShare === 0 ? [] : [`${lossShare * 100} % of them are lost`]),
    ...(largestBytes === undefined ? [] : [`those of more than ${largestBytes} octets are`]),
  ].join('; ');

const oneLine = ({ links, servers }: Scenario): string =>
  [
    linkText('between a pod and its node', links.pod),
    linkText('between the node and servers elsewhere', links.uplink),
    `node-cache takes ${DELAY_MS.nodeCache} ms to answer or to ask`,
    ...servers.map(({ name, delayMs }) => `${name} takes ${delayMs} ms`),
    'rules and queues take no time',
  ].join(', ');

/** What a comparison's numbers rest on. */
export const assumptionsOf = (scenarios: readonly Scenario[]): readonly string[] => {
  const links = scenarios.map((scenario) => ({ name: scenario.name, line: oneLine(scenario) }));
  const [first] = links;
  const alike = links.every(({ line }) => line === first?.line);
  return [
    ...(alike ? links.slice(0, 1).map(({ line }) => `Time: ${line}.`) : links.map(({ name, line }) => `Time in ${name}: ${line}.`)),
    'Links: each packet passes one on its way to the node, if it comes from elsewhere, and one on its way from it.',
    'Entries after the end of a recording: they live for their timeout, as if no packet came any more; a cache that goes on closes what it does not use.',
    'A table at a rate: every lookup leaves what those of the recording leave, for as long as these entries live; TCP connections that the cache has opened serve all.',
  ];
};
