import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZones, ROOT_ZONE } from '../../corefile/zone.ts';
import { refuseBody, unknownOption, wrongArguments } from '../../directive/arguments.ts';
import type { LogClass } from '../../engine/classify.ts';
import type { Written } from '../../plugin/written.ts';

/** The first rule whose scope holds the name decides, whether it then logs or not. */
interface LogRule {
  readonly scope: Zone;
  readonly format: string;
  readonly classes: readonly LogClass[];
}

export type LogValue = readonly LogRule[];

/** CoreDNS plugin/log/log.go, CommonLogFormat and CombinedLogFormat. */
const COMMON_FORMAT =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';
const COMBINED_FORMAT = `${COMMON_FORMAT} "{>opcode}"`;

const ALL_CLASSES: readonly LogClass[] = ['success', 'denial', 'error'];

const readClass = (token: Token): readonly LogClass[] => {
  if (token.text === 'all') return ALL_CLASSES;
  const found = ALL_CLASSES.filter((name) => name === token.text);
  if (found.length === 0) {
    throw new CorefileError(token, `invalid class: '${token.text}'`, 'a class is success, denial, error or all');
  }
  return found;
};

const readClasses = (entry: Entry): readonly LogClass[] => {
  const found = entry.body.flatMap((option) => {
    const { name, arguments: given } = option;
    if (name.text !== 'class') throw unknownOption(name, 'log', ['class']);
    refuseBody(option);
    if (given.length === 0) throw wrongArguments(name);
    return given.flatMap(readClass);
  });
  return found.length === 0 ? ALL_CLASSES : ALL_CLASSES.filter((name) => found.includes(name));
};

/** The last of two or more arguments is a format if it has a brace; a lone argument is always a name. */
const splitArguments = (given: readonly Token[]): { readonly names: readonly Token[]; readonly format: string } => {
  const last = given.at(-1);
  if (last === undefined || given.length < 2 || !last.text.includes('{')) {
    return { names: given, format: COMMON_FORMAT };
  }
  const format = last.text.replaceAll('{common}', COMMON_FORMAT).replaceAll('{combined}', COMBINED_FORMAT);
  return { names: given.slice(0, -1), format };
};

/** `log [NAMES...] [FORMAT] { class CLASSES... }` (CoreDNS plugin/log/setup.go). */
export const setup = ({ entries }: Written): LogValue =>
  entries.flatMap((entry) => {
    const { names, format } = splitArguments(entry.arguments);
    const classes = readClasses(entry);
    const scopes = names.length === 0 ? [ROOT_ZONE] : names.flatMap(readZones);
    return scopes.map((scope) => ({ scope, format, classes }));
  });
