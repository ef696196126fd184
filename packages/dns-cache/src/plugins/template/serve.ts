import type { Zone } from '../../corefile/zone.ts';
import { fallsThrough } from '../../directive/fallthrough.ts';
import type { Pattern } from '../../directive/pattern.ts';
import type { WireRecord } from '../../message/build.ts';
import { replyRecords } from '../../message/compose.ts';
import { isTruncated } from '../../message/header.ts';
import { expandName, foldedText, foldName } from '../../message/name.ts';
import { CLASS, RCODE, TYPE } from '../../message/numbers.ts';
import { readRecordText } from '../../message/presentation/record.ts';
import type { Answer, Handler, Outcome, Request } from '../../plugin/handler.ts';
import { ownReply } from '../../plugin/own-reply.ts';
import type { Site } from '../../plugin/site.ts';
import { longestZone } from '../../plugin/zones.ts';
import { templateData } from './data.ts';
import { execute } from './language/evaluate.ts';
import { nodesText } from './language/text.ts';
import type { RecordTemplate, TemplateRule, TemplateValue } from './setup.ts';

/** What a rule is to a request: not for it, for it but for its name, or the one that answers. */
type Match =
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'no-pattern' }
  | { readonly kind: 'match'; readonly zone: Zone; readonly pattern: Pattern | undefined };

const isFor = (wanted: number, any: number, asked: number): boolean => wanted === any || asked === any || wanted === asked;

const matchRule = (rule: TemplateRule, request: Request): Match => {
  const { type, class: klass } = request.query.question;
  const zone = longestZone(rule.zones, request.name);
  if (zone === undefined || !isFor(rule.class, CLASS.ANY, klass) || !isFor(rule.type, TYPE.ANY, type)) {
    return { kind: 'elsewhere' };
  }
  if (rule.patterns.length === 0) return { kind: 'match', zone, pattern: undefined };
  const name = foldedText(request.name);
  const pattern = rule.patterns.find((one) => one.test(name));
  return pattern === undefined ? { kind: 'no-pattern' } : { kind: 'match', zone, pattern };
};

const failure = (error: string): Outcome => ({ kind: 'failure', rcode: RCODE.SERVFAIL, error });

interface Templated {
  readonly records: readonly WireRecord[];
  readonly truncated: boolean;
}

/** Answers with records that templates give (CoreDNS plugin/template/template.go). */
export const serve = (rules: TemplateValue, { runtime, resolve }: Site, next: Handler): Handler => {
  /** The answer section of what we ourselves answer for the target of an alias; nothing where that fails. */
  const followAlias = (alias: WireRecord, request: Request, done: (found: Templated) => void): void => {
    const { query } = request;
    const name = expandName(alias.rdata, 0);
    const asked = { ...query, question: { ...query.question, name } };
    resolve({ ...request, query: asked, name: foldName(name) }, (outcome) => {
      if (outcome.kind !== 'reply') {
        done({ records: [], truncated: false });
        return;
      }
      const records = replyRecords(outcome.reply).filter(({ section }) => section === 'answer');
      done({ records, truncated: isTruncated(outcome.reply.message.bytes) });
    });
  };

  /** The records, each alias in the answer with what it leads to behind it. */
  const followAliases = (records: readonly WireRecord[], request: Request, done: (all: Templated) => void): void => {
    const { type } = request.query.question;
    const follows = type === TYPE.A || type === TYPE.AAAA;
    const at = records.findIndex((record) => follows && record.section === 'answer' && record.type === TYPE.CNAME);
    const alias = records[at];
    if (alias === undefined) {
      done({ records, truncated: false });
      return;
    }
    followAlias(alias, request, (found) => {
      followAliases(records.slice(at + 1), request, (rest) => {
        const all = [...records.slice(0, at + 1), ...found.records, ...rest.records];
        done({ records: all, truncated: found.truncated || rest.truncated });
      });
    });
  };

  const respond = (rule: TemplateRule, match: Extract<Match, { kind: 'match' }>, request: Request, answer: Answer): void => {
    const { server, view } = request.place;
    const data = templateData(rule, match.zone, match.pattern, request);
    const labels = [server, match.zone.text, view, data.class, data.type];
    runtime.emit({ kind: 'metric', metric: 'coredns_template_matches_total', labels, value: 1 });
    const extendedErrors = rule.extendedError === undefined ? [] : [rule.extendedError];
    if (rule.rcode === RCODE.SERVFAIL) {
      answer({ kind: 'failure', rcode: RCODE.SERVFAIL, error: '', extendedErrors });
      return;
    }
    const fail = (what: 'template' | 'rr', { section, template }: RecordTemplate, error: string): void => {
      const metric = `coredns_template_${what}_failures_total` as const;
      runtime.emit({ kind: 'metric', metric, labels: [...labels, section, nodesText(template.nodes)], value: 1 });
      answer(failure(error));
    };
    const records: WireRecord[] = [];
    for (const templated of rule.records) {
      const execution = execute(templated.template, templated.section, data.value);
      if (execution.kind === 'failure') {
        fail('template', templated, execution.reason);
        return;
      }
      const record = readRecordText(execution.text);
      if ('kind' in record) {
        fail('rr', templated, `dns: ${record.reason}`);
        return;
      }
      records.push({ ...record, section: templated.section });
    }
    followAliases(records, request, (all) => {
      const reply = { rcode: rule.rcode, authoritative: true, extendedErrors, ...all };
      answer(ownReply('template', request, reply));
    });
  };

  return (request, answer) => {
    for (const rule of rules) {
      const match = matchRule(rule, request);
      if (match.kind === 'match') {
        respond(rule, match, request, answer);
        return;
      }
      if (match.kind === 'no-pattern' && !fallsThrough(rule.fallthrough, request.name)) {
        answer(failure(''));
        return;
      }
    }
    next(request, answer);
  };
};
