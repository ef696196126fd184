import type { AskedQuery, Step } from '../../conversation.ts';
import type { Chance } from './chance.ts';
import { typeBy } from './names.ts';

const STRANGERS = ['nope.test.', 'ip-1-2.test.', 'a.b.test.', 'test.', 'zz.', 'other.'] as const;
const OPTIONS = ['3:', '8:00011800c0a801', '10:0011223344556677', '65001:aa', '12:0000', '11:'] as const;

const ednsBy = (chance: Chance): NonNullable<AskedQuery['edns']> => ({
  size: chance.one([1232, 1232, 512, 4096, 0, 65_535, 800]),
  do: chance.maybe(0.35),
  ...(chance.maybe(0.2) && { options: [chance.one(OPTIONS)] }),
  ...(chance.maybe(0.03) && { version: 1 }),
});

const withCapitals = (chance: Chance, name: string): string => name.replaceAll(/[a-z]/g, (letter) => (chance.maybe(0.5) ? letter.toUpperCase() : letter));

const questionBy = (chance: Chance, names: readonly string[]): AskedQuery => {
  const name: string = chance.maybe(0.9) ? chance.one(names) : chance.one(STRANGERS);
  const type = name.endsWith('.arpa.') && chance.maybe(0.8) ? 'PTR' : typeBy(chance);
  const id = 1 + chance.below(65_534);
  const asked: AskedQuery = chance.maybe(0.03)
    ? { name: chance.one(['version.bind.', 'id.server.', 'authors.bind.', 'hostname.bind.', 'version.server.']), type: 'TXT', class: 'CH', id }
    : { name: chance.maybe(0.06) ? withCapitals(chance, name) : name, type, id, ...(chance.maybe(0.02) && { class: chance.one(['CH', 'HS', 'ANY']) }) };
  return {
    ...asked,
    ...(chance.maybe(0.2) && { proto: 'tcp' }),
    ...(chance.maybe(0.1) && { rd: false }),
    ...(chance.maybe(0.08) && { cd: true }),
    ...(chance.maybe(0.08) && { ad: true }),
    ...(chance.maybe(0.45) && { edns: ednsBy(chance) }),
    ...(chance.maybe(0.012) && { opcode: chance.one(['NOTIFY', 'STATUS', 'UPDATE', 'IQUERY']) }),
    ...(chance.maybe(0.008) && { questions: chance.one([0, 2]) }),
    ...(chance.maybe(0.1) && { from: chance.one(['127.0.0.2', '127.0.0.3']) }),
  };
};

/** Questions, nearly half of them asked before, now and then three at once, with waits in which entries age. */
export const questionsBy = (chance: Chance, names: readonly string[]): { readonly steps: readonly Step[]; readonly asked: readonly AskedQuery[] } => {
  const asked: AskedQuery[] = [];
  const steps = Array.from({ length: chance.one([6, 10, 14, 18]) }).flatMap((): readonly Step[] => {
    const again = asked.length > 0 && chance.maybe(0.45);
    const query = again ? { ...chance.one(asked), id: 1 + chance.below(65_534) } : questionBy(chance, names);
    if (!again) asked.push(query);
    const step: Step = chance.maybe(0.06) ? { burst: [0, 1, 2].map((at) => ({ ...query, id: 100 + at })) } : { query };
    return [step, ...chance.perhaps(0.09, () => ({ wait_ms: chance.one([1200, 2200, 3200]) }))];
  });
  return { steps, asked };
};
