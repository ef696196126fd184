import { buildMessage } from '../../src/message/build.ts';
import type { Section } from '../../src/message/check.ts';
import { checkMessage } from '../../src/message/check.ts';
import { nameText } from '../../src/message/name.ts';
import { CLASS, className, rcodeNumber, RCODE, typeName } from '../../src/message/numbers.ts';
import { concatenate, fromHex, toHex } from '../../src/message/octets.ts';
import { readRecordText } from '../../src/message/presentation/record.ts';
import type { Script, ScriptedReply } from './conversation.ts';

/** What an upstream does about a question. */
type ScriptedOutcome = { readonly kind: 'answers'; readonly message: Uint8Array; readonly delayMs: number } | { readonly kind: 'silent' | 'closes' };

export interface ScriptedServer {
  /** What it was asked since this was called last. */
  heard(): readonly string[];
  ask(message: Uint8Array, transport: 'udp' | 'tcp'): ScriptedOutcome;
}

/** To what a script says nothing about. */
export const NOTHING: ScriptedReply = { rcode: 'NXDOMAIN', authority: ['test. 60 IN SOA ns.test. admin.test. 1 7200 900 86400 30'] };
const COOKIE = 10;

const octetsOf = (hex: string): Uint8Array => {
  const octets = fromHex(hex);
  if (octets === undefined) throw new RangeError(`not hex: ${hex}`);
  return octets;
};

const optionOf = (text: string): { readonly code: number; readonly data: Uint8Array } => {
  const [code = '', hex = ''] = text.split(':');
  return { code: Number(code), data: octetsOf(hex) };
};

/** An upstream that says what its script says, as the recorder's does. */
export const scriptedServer = (script: Script): ScriptedServer => {
  let heard: string[] = [];
  const turns = new Map<string, number>();

  const replyTo = (name: string, type: string): ScriptedReply => {
    const key = [`${name} ${type}`, `${name} *`, '*'].find((one) => one in script);
    if (key === undefined) return NOTHING;
    const turn = turns.get(`${key} ${name} ${type}`) ?? 0;
    turns.set(`${key} ${name} ${type}`, turn + 1);
    return script[key]?.[Math.min(turn, (script[key]?.length ?? 1) - 1)] ?? NOTHING;
  };

  return {
    heard() {
      const lines = heard;
      heard = [];
      return lines;
    },
    ask(message, transport) {
      const checked = checkMessage(message);
      if (checked.kind === 'malformed' || checked.question === undefined) {
        heard.push(`unreadable ${toHex(message)}`);
        return { kind: 'silent' };
      }
      const { header, question, edns } = checked;
      const [name, type] = [nameText(question.name), typeName(question.type)];
      const flags = ([['rd', header.recursionDesired], ['ad', header.authenticated], ['cd', header.checkingDisabled]] as const).flatMap(([flag, isSet]) => (isSet ? [flag] : []));
      const options = edns?.options.filter(({ code }) => code !== COOKIE).map(({ code, data }) => ` ${code}:${toHex(data)}`) ?? [];
      const opt = edns === undefined ? '' : ` edns ${edns.udpPayloadSize} ${edns.dnssecOk ? 'do' : '-'}${options.join('')}`;
      heard.push(`${transport} ${name} ${className(question.class)} ${type} [${flags.join(' ')}]${opt}`);

      const chosen = replyTo(name.toLowerCase(), type);
      const reply: ScriptedReply = question.class === CLASS.IN ? chosen : { rcode: 'REFUSED' };
      if (reply.drop === true) return { kind: 'silent' };
      if (reply.close === true) return { kind: 'closes' };
      const isSigned = edns?.dnssecOk === true;
      const recordsOf = (section: Section) =>
        (reply[section] ?? [])
          .filter((line) => isSigned || !/ (?:RRSIG|NSEC) /.test(line))
          .map((line) => {
            const record = readRecordText(line.startsWith('@') ? `${name}${line.slice(1)}` : line);
            if ('kind' in record) throw new RangeError(`${line}: ${record.reason}`);
            return { ...record, section };
          });
      const rcode = rcodeNumber(reply.rcode ?? 'NOERROR') ?? RCODE.NOERROR;
      const build = (isCut: boolean): Uint8Array =>
        buildMessage({
          id: header.id,
          flags: {
            response: true,
            recursionDesired: header.recursionDesired,
            recursionAvailable: reply.ra ?? true,
            authoritative: reply.aa === true,
            authenticated: reply.ad === true,
            checkingDisabled: reply.cd === true || header.checkingDisabled,
            truncated: isCut,
            rcode: rcode & 15,
          },
          question,
          records: isCut ? [] : [...recordsOf('answer'), ...recordsOf('authority'), ...recordsOf('additional')],
          ...(((edns !== undefined && reply.edns !== false) || rcode > 15) && { edns: { udpPayloadSize: reply.size ?? 1232, dnssecOk: isSigned, extendedRcode: rcode >> 4, options: (reply.options ?? []).map(optionOf) } }),
        });
      const whole = build(transport === 'udp' && reply.tc === true);
      const room = Math.max(edns?.udpPayloadSize ?? 512, 512);
      const fitting = transport === 'udp' && whole.length > room ? build(true) : whole;
      const told = reply.raw === undefined ? fitting : concatenate([fitting.subarray(0, 2), octetsOf(reply.raw)]);
      return { kind: 'answers', message: reply.wrong_id === true ? Uint8Array.of((told[0] ?? 0) ^ 0xff, ...told.subarray(1)) : told, delayMs: reply.delay_ms ?? 0 };
    },
  };
};
