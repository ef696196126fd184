import type { Conversation, Step } from '../../conversation.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { oddCorefileBy, plainCorefileBy } from './corefile.ts';
import { NAMES } from './names.ts';
import { questionsBy } from './question.ts';
import { deadScriptBy, scriptBy } from './upstream.ts';

const HOSTS = '10.8.8.8 a.test file.test\n10.0.0.5 host.test alias.test # note\nbad line here\n2001:db8::9 b.test\n';

const reloadBy = (chance: Chance, asked: readonly NonNullable<Step['query']>[]): readonly Step[] => [
  { write: 'Corefile', text: plainCorefileBy(chance) },
  { signal: 'USR1' },
  ...chance.some(asked, 4).map((query) => ({ query: { ...query, id: 1 + chance.below(65_534) } })),
  { metrics: 1 },
];

/** The conversation of a seed; every other one is plain: errors, log, cache, forward, prometheus, hosts, rewrite. */
export const conversationOf = (seed: number): Conversation => {
  const chance = chanceOf(seed);
  const names = chance.some(NAMES, chance.one([2, 3, 4, 5]));
  const corefile = seed % 2 === 0 ? plainCorefileBy(chance) : oddCorefileBy(chance);
  const upstreams = { up1: scriptBy(chance, names), up2: chance.maybe(0.3) ? deadScriptBy(chance) : scriptBy(chance, names) };
  const { steps, asked } = questionsBy(chance, names);
  const reload = chance.perhaps(0.06, () => reloadBy(chance, asked)).flat();
  return { corefile, files: { hosts: HOSTS }, upstreams, steps: [...steps, { metrics: 1 }, ...reload] };
};
