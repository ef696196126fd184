import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkMessage } from '../../src/message/check.ts';
import { toWireRecord } from '../../src/message/kept.ts';
import { foldedText, foldName } from '../../src/message/name.ts';
import { className, rcodeName, typeName } from '../../src/message/numbers.ts';
import { hasShared, sharedPath } from '../support/shared.ts';
import { World } from '../support/world.ts';

/** The replay scenarios of NLnetLabs' `domain` for its message cache, in the form of ../shared/dns/README.md. */
interface ScenarioRecord {
  readonly name: string;
  readonly class: string;
  readonly type: string;
  readonly ttl: number;
  readonly rdataHex: string;
}

type Step =
  | {
      readonly op: 'query';
      readonly wire: string;
      readonly upstream?: readonly { readonly need: readonly string[]; readonly wire: string }[];
    }
  | {
      readonly op: 'expect';
      readonly match: readonly string[];
      readonly rcode: number;
      readonly answer?: readonly ScenarioRecord[];
      readonly authority?: readonly ScenarioRecord[];
    }
  | { readonly op: 'advance'; readonly seconds: number };

const FOLDER = 'dns/scenarios/';
const present = hasShared(FOLDER);
const note = present ? '' : ' (skipped: ../shared/dns/scenarios is absent)';
const files = present ? readdirSync(sharedPath(FOLDER)).filter((file) => file.startsWith('domain-client-cache__')) : [];

/** Where we follow CoreDNS instead, as the README says. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  cache_ad_rev: 'the upstream is asked for AD on behalf of all clients, so that one entry serves them',
  cache_chaos: 'every class is kept',
  cache_do_nsec: 'DO is part of the key: nothing is stripped from an answer to DO=1 to make one to DO=0',
  cache_do_nsec3: 'DO is part of the key',
  cache_do_q_nsec: 'DO is part of the key',
  cache_do_q_rrsig: 'DO is part of the key',
  cache_notify: 'NOTIFY is not forwarded',
  cache_refused: 'REFUSED is not kept',
};

const differenceOf = (file: string): string | undefined => DIFFERENCES[file.replace(/^.*__|\.json$/g, '')];

/** No caps that a scenario could meet: it is about which answers are kept, not for how long we would. */
const CACHE = 'cache {\n success 9984 604800 0\n denial 9984 604800 0\n }';

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** The flags of a query as the scenarios name them. */
const flagsOf = (query: Uint8Array): ReadonlySet<string> => {
  const checked = checkMessage(query);
  if (checked.kind === 'malformed') throw new Error(checked.reason);
  const { header, edns } = checked;
  const flags = {
    RD: header.recursionDesired,
    CD: header.checkingDisabled,
    AD: header.authenticated,
    DO: edns?.dnssecOk,
  };
  return new Set(Object.entries(flags).flatMap(([name, set]) => (set === true ? [name] : [])));
};

interface Shown {
  readonly rcode: string;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
}

/** A message as lines that can be compared; TTLs are left out where they do not matter. */
const show = (bytes: Uint8Array, withTtl: boolean): Shown => {
  const checked = checkMessage(bytes);
  if (checked.kind === 'malformed') throw new Error(checked.reason);
  const lines = (section: 'answer' | 'authority'): readonly string[] =>
    checked.records
      .filter((record) => record.section === section)
      .map((record) => toWireRecord(bytes, record))
      .map((record) => {
        const ttl = withTtl ? ` ${record.ttl}` : '';
        const rdata = Buffer.from(record.rdata).toString('hex');
        return `${foldedText(foldName(record.name))}${ttl} ${className(record.class)} ${typeName(record.type)} ${rdata}`;
      })
      .toSorted();
  return { rcode: rcodeName(checked.header.rcode), answer: lines('answer'), authority: lines('authority') };
};

const showExpected = (step: Extract<Step, { op: 'expect' }>, withTtl: boolean): Shown => {
  const lines = (records: readonly ScenarioRecord[] = []): readonly string[] =>
    records
      .map(
        ({ name, ttl, class: klass, type, rdataHex }) =>
          `${name.toLowerCase()}${withTtl ? ` ${ttl}` : ''} ${klass} ${type} ${rdataHex.toLowerCase()}`,
      )
      .toSorted();
  return { rcode: rcodeName(step.rcode), answer: lines(step.answer), authority: lines(step.authority) };
};

describe.skipIf(!present)(`the scenarios of domain's client cache${note}`, () => {
  const run = (file: string): void => {
    const { steps } = JSON.parse(readFileSync(sharedPath(`${FOLDER}${file}`), 'utf8')) as {
      readonly steps: readonly Step[];
    };
    const world = new World({ corefile: `. {\n ${CACHE}\n forward . 192.0.2.53\n}` });
    let query = 0;
    for (const step of steps) {
      switch (step.op) {
        case 'advance':
          world.pass(step.seconds * 1000);
          break;
        case 'query': {
          const asked = world.asks.length;
          query = world.send(fromHex(step.wire));
          if (world.asks.length === asked) break;
          const flags = flagsOf(world.lastAsk.message);
          const response = step.upstream?.find(({ need }) => need.every((flag) => flags.has(flag)));
          if (response === undefined) break;
          // An error may make us ask again, without OPT.
          for (let answered = asked; answered < world.asks.length; answered += 1) {
            const reply = fromHex(response.wire);
            const { message } = world.lastAsk;
            reply.set(message.subarray(0, 2), 0);
            // The question as it was asked, in its spelling.
            const checked = checkMessage(message);
            if (checked.kind === 'message') reply.set(message.subarray(12, checked.questionEnd), 12);
            world.reply(reply);
          }
          break;
        }
        case 'expect': {
          const withTtl = step.match.includes('ttl');
          expect(show(world.rawAnswer(query) ?? new Uint8Array(), withTtl)).toEqual(showExpected(step, withTtl));
        }
      }
    }
  };

  it('are there', () => {
    expect(files).toHaveLength(22);
  });

  it.each(files.filter((file) => differenceOf(file) === undefined))('%s', run);

  it.fails.each(
    files.flatMap((file) => {
      const why = differenceOf(file);
      return why === undefined ? [] : [[file, why] as const];
    }),
  )('%s differs: %s', run);
});
