import process from 'node:process';
import type { Explained, ExplainedBlock, ExplainedEntry, ExplainedUpstream } from '../plugin/explained.ts';
import type { ControlFlag } from './control.ts';
import { askControl } from './control.ts';

interface Answer {
  readonly name: string;
  readonly type: string | null;
  readonly blocks: readonly ExplainedBlock[];
}

const OVER: Readonly<Record<ExplainedUpstream['over'], string>> = {
  udp: 'UDP, then TCP where the answer is truncated',
  tcp: 'TCP',
  tls: 'TLS',
  https: 'HTTPS',
  'as-the-client': "the client's transport",
};

const HEALTH: Readonly<Record<ExplainedUpstream['health'], string>> = { up: 'up', down: 'down', 'never-down': 'taken for up (max_fails 0)' };

const entryText = ({ type, class: klass, dnssecOk, checkingDisabled, reply, state, ageSeconds, remainingSeconds, octets }: ExplainedEntry): string => {
  const bits = `${dnssecOk ? ' DO' : ''}${checkingDisabled ? ' CD' : ''}`;
  const left = state === 'fresh' ? `TTL left ${remainingSeconds}s` : `${state}, for ${-remainingSeconds}s`;
  return `    ${klass} ${type}${bits}: ${reply}, ${left}, age ${ageSeconds}s, ${octets} octets`;
};

const upstreamText = ({ address, serverName, over, health }: ExplainedUpstream): string =>
  `    ${address}${serverName === '' ? '' : ` as ${serverName}`} over ${OVER[over]}: ${HEALTH[health]}`;

const explainedText = (said: Explained): readonly string[] => {
  switch (said.kind) {
    case 'cache':
      if (!said.covers) return [`  cache for ${said.zones}: not this name`];
      return [`  cache for ${said.zones}: ${said.entries.length === 0 ? 'nothing' : 'holds'}`, ...said.entries.map(entryText)];
    case 'forward': {
      const allAreDown = said.upstreams.length > 0 && said.upstreams.every(({ health }) => health === 'down');
      const down = said.whenAllAreDown === 'nobody' ? '; all are down, nobody is asked' : '; all are down, each is asked once';
      return [`  forward ${said.from}, policy ${said.policy}${allAreDown ? down : ''}`, ...said.upstreams.map(upstreamText)];
    }
  }
};

const blockText = ({ listeners, zone, view, plugins, says }: ExplainedBlock): string =>
  [
    zone === undefined ? `no zone on ${listeners.join(' ')}: refused` : `${zone}${view === '' ? '' : ` in view ${view}`} on ${listeners.join(' ')}`,
    ...(zone === undefined ? [] : [`  plugins: ${plugins.length === 0 ? 'none, every query is refused' : plugins.join(' ')}`]),
    ...says.flatMap(explainedText),
    '',
  ].join('\n');

/** What would become of queries for a name, without asking anybody. */
export const explainName = async (name: string, type: string | undefined, { control, json }: ControlFlag & { readonly json: boolean }): Promise<void> => {
  const query = new URLSearchParams({ name, ...(type === undefined ? {} : { type }) }).toString();
  const body = await askControl(control, 'GET', `/explain?${query}`);
  const { blocks } = JSON.parse(body) as Answer;
  process.stdout.write(json ? body : blocks.map(blockText).join('\n'));
};
