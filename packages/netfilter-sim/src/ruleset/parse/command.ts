import { InputError } from '../../error.ts';
import type { Position } from '../../error.ts';
import type { Family } from '../../packet/address.ts';
import { PROTOCOL } from '../../packet/protocol.ts';
import type { ProtocolNumber } from '../../packet/protocol.ts';
import type { OptionShape, WrittenOption } from '../extension.ts';
import { findMatchModule } from '../matches/index.ts';
import type { AnyMatchModule } from '../matches/index.ts';
import { readNumber } from '../option-values.ts';
import type { Counters, TableName } from '../rule-set.ts';
import { findTargetModule } from '../targets/index.ts';
import type { AnyTargetModule } from '../targets/index.ts';
import { BASE_OPTIONS } from './base-options.ts';
import type { BaseOption } from './base-options.ts';
import { readProtocolTest } from './base-tests.ts';
import type { Word } from './words.ts';

/** A match or a target that the line named, with the options that fell to it. */
export type LoadedExtension = LoadedMatch | LoadedTarget;

export interface LoadedMatch {
  readonly kind: 'match';
  readonly module: AnyMatchModule;
  readonly position: Position;
  readonly options: WrittenOption[];
}

export interface LoadedTarget {
  readonly kind: 'target';
  readonly module: AnyTargetModule;
  readonly position: Position;
  readonly options: WrittenOption[];
}

/** A line taken apart, before its values are understood. */
export interface CommandLine {
  readonly position: Position;
  /** `--append` with the chain, `--policy` with chain and policy, … */
  readonly command: WrittenOption;
  /** Words behind the command that belong to it: a rule's number, a chain that may be absent. */
  readonly operands: readonly string[];
  readonly base: ReadonlyMap<string, WrittenOption>;
  readonly extensions: readonly LoadedExtension[];
  readonly jump: { readonly kind: 'jump' | 'goto'; readonly name: string; readonly position: Position } | undefined;
}

export interface CommandScope {
  readonly family: Family;
  readonly table: TableName;
  hasChain(name: string): boolean;
}

/** Which match `-p NAME` loads by itself for an option that nothing else knows (load_proto, xshared.c). */
const PROTOCOL_MATCHES: ReadonlyMap<ProtocolNumber, string> = new Map([
  [PROTOCOL.tcp, 'tcp'],
  [PROTOCOL.udp, 'udp'],
  [PROTOCOL.icmp, 'icmp'],
  [PROTOCOL.icmpv6, 'icmp6'],
  [PROTOCOL.sctp, 'sctp'],
  [PROTOCOL.dccp, 'dccp'],
  [PROTOCOL.esp, 'esp'],
  [PROTOCOL.ah, 'ah'],
  [135, 'mh'],
]);

const VERDICTS: readonly string[] = ['ACCEPT', 'DROP', 'RETURN', 'QUEUE'];

/** How many words may follow a command as its operands. */
const OPERANDS_MAX: Readonly<Record<string, number>> = {
  '--insert': 1,
  '--delete': 1,
  '--delete-chain': 1,
  '--flush': 1,
  '--zero': 2,
  '--list': 2,
  '--list-rules': 2,
};

type Resolved =
  | { readonly kind: 'base'; readonly name: string; readonly option: BaseOption }
  | { readonly kind: 'extension'; readonly name: string; readonly shape: OptionShape; readonly owner: LoadedExtension };

/**
 * Takes a rule line apart the way getopt_long and do_command do: options go to the extension that
 * was named last and knows them, long names may be abbreviated, `!` inverts the next option.
 * Whether values make sense is for others to say.
 */
export const readCommandLine = (words: readonly Word[], scope: CommandScope, lineStart: Position): CommandLine => {
  const base = new Map<string, WrittenOption>();
  const extensions: LoadedExtension[] = [];
  const operands: string[] = [];
  let command: WrittenOption | undefined;
  let jump: CommandLine['jump'];
  let inversion: Position | undefined;
  let protocolMatchTried = false;
  let index = 0;

  const takeValue = (name: string, position: Position): string => {
    const word = words[index];
    if (word === undefined) throw new InputError(position, `${name} needs a value`, `write it behind ${name}`);
    index += 1;
    return word.text;
  };

  /** Values behind the first must not look like options. */
  const takeValues = (name: string, count: number, attached: string | undefined, position: Position): readonly string[] => {
    if (count === 0) {
      if (attached !== undefined) throw new InputError(position, `${name} takes no value`, `write ${name} alone`);
      return [];
    }
    const values = [attached ?? takeValue(name, position)];
    while (values.length < count) {
      const next = words[index]?.text ?? '';
      if (next === '' || next.startsWith('-') || next.startsWith('!')) {
        throw new InputError(position, `${name} needs ${count} values`, 'write them one behind the other');
      }
      values.push(takeValue(name, position));
    }
    return values;
  };

  /** iptables up to 1.4.2 printed `-s ! 10.0.0.0/8`; 1.8.9 refuses it. */
  const refuseLateInversion = (name: string, valueCount: number): void => {
    const next = words[index];
    if (valueCount > 0 && next?.text === '!') {
      throw new InputError(next.position, 'the ! stands behind its option', `write ! ${name} VALUE`);
    }
  };

  const loadMatch = (name: string, position: Position): void => {
    const module = findMatchModule(name);
    if (module === undefined) throw new InputError(position, `unknown match "${name}"`, 'check its spelling');
    if (module.family !== undefined && module.family !== scope.family) {
      throw new InputError(position, `match "${name}" is for ${module.family} only`, 'remove it');
    }
    extensions.push({ kind: 'match', module, position, options: [] });
  };

  const loadTarget = (name: string, kind: 'jump' | 'goto', position: Position): void => {
    if (jump !== undefined) throw new InputError(position, 'a second target', 'keep one -j or -g');
    jump = { kind, name, position };
    if (kind === 'goto') {
      if (!scope.hasChain(name)) throw new InputError(position, `-g "${name}": there is no such chain`, `declare it: :${name} - [0:0]`);
      return;
    }
    if (VERDICTS.includes(name)) return;
    const module = findTargetModule(name);
    if (module === undefined) {
      if (scope.hasChain(name)) return;
      throw new InputError(
        position,
        `-j "${name}": there is no such chain above this line, and no such target`,
        `declare the chain: :${name} - [0:0], or check the spelling`,
      );
    }
    if (module.family !== undefined && module.family !== scope.family) {
      throw new InputError(position, `target "${name}" is for ${module.family} only`, 'remove the rule');
    }
    extensions.push({ kind: 'target', module, position, options: [] });
  };

  const resolveLong = (text: string): Resolved | 'ambiguous' | undefined => {
    const exact = BASE_OPTIONS.find((option) => option.name === text || option.aliases?.includes(text) === true);
    if (exact !== undefined) return { kind: 'base', name: exact.name, option: exact };
    for (const owner of extensions.toReversed()) {
      for (const [name, shape] of Object.entries(owner.module.options)) {
        if (name === text || shape.aliases?.includes(text) === true) return { kind: 'extension', name, shape, owner };
      }
    }
    if (text.length < 3) return undefined;
    const begun: Resolved[] = [];
    const begins = (names: readonly string[]): boolean => names.some((name) => name.startsWith(text));
    for (const option of BASE_OPTIONS) {
      if (begins([option.name, ...(option.aliases ?? [])])) begun.push({ kind: 'base', name: option.name, option });
    }
    for (const owner of extensions) {
      for (const [name, shape] of Object.entries(owner.module.options)) {
        if (begins([name, ...(shape.aliases ?? [])])) begun.push({ kind: 'extension', name, shape, owner });
      }
    }
    return begun.length > 1 ? 'ambiguous' : begun[0];
  };

  const resolveKnown = (text: string, position: Position): Resolved => {
    const found = resolveLong(text);
    if (found === 'ambiguous') throw new InputError(position, `${text} may be one of several options`, 'write it in full');
    if (found !== undefined) return found;
    const protocol = readProtocolTest(base.get('--protocol'));
    const matchName = protocol === undefined ? undefined : PROTOCOL_MATCHES.get(protocol.number);
    if (matchName !== undefined && !protocolMatchTried && findMatchModule(matchName) !== undefined) {
      protocolMatchTried = true;
      const family = findMatchModule(matchName)?.family;
      if (family === undefined || family === scope.family) {
        loadMatch(matchName, base.get('--protocol')?.position ?? position);
        return resolveKnown(text, position);
      }
    }
    throw new InputError(position, `unknown option "${text}"`, hintFor(text, extensions, protocol !== undefined));
  };

  const takeBase = (option: BaseOption, attached: string | undefined, position: Position): void => {
    const inverted = inversion !== undefined;
    inversion = undefined;
    if (inverted && option.invertible !== true) throw new InputError(position, `${option.name} cannot be inverted`, 'remove the !');
    if (option.invertible === true) refuseLateInversion(option.name, option.values);
    const written: WrittenOption = {
      name: option.name,
      inverted,
      values: takeValues(option.name, option.values, attached, position),
      position,
    };
    const [value = ''] = written.values;
    switch (option.name) {
      case '--match':
        loadMatch(value, position);
        return;
      case '--jump':
      case '--goto':
        loadTarget(value, option.name === '--jump' ? 'jump' : 'goto', position);
        return;
      case '--table':
        throw new InputError(position, '-t does not belong in a rule set', 'put the rule under its *TABLE line');
      case '--verbose':
        return;
    }
    if (option.command === true) {
      if (command !== undefined) throw new InputError(position, `a second command beside ${command.name}`, 'use a line for each');
      command = written;
      const operandsMax = OPERANDS_MAX[option.name] ?? 0;
      while (operands.length < operandsMax && words[index] !== undefined && !/^[-!]/.test(words[index]?.text ?? '')) {
        operands.push(takeValue(option.name, position));
      }
      return;
    }
    if (base.has(option.name)) throw new InputError(position, `${option.name} is given twice`, 'keep one of them');
    base.set(option.name, written);
  };

  const takeExtension = (resolved: Resolved & { readonly kind: 'extension' }, attached: string | undefined, position: Position): void => {
    const { name, shape, owner } = resolved;
    const inverted = inversion !== undefined;
    inversion = undefined;
    if (inverted && !shape.invertible) throw new InputError(position, `${name} cannot be inverted`, 'remove the !');
    if (shape.invertible && attached === undefined) refuseLateInversion(name, shape.values);
    const values = takeValues(name, shape.values, attached, position);
    if (shape.repeatable !== true && owner.options.some((option) => option.name === name)) {
      throw new InputError(position, `${name} is given twice`, 'keep one of them');
    }
    owner.options.push({ name, inverted, values, position });
  };

  const takeShort = (word: Word): void => {
    let letters = word.text.slice(1);
    while (letters !== '') {
      const letter = letters[0] ?? '';
      letters = letters.slice(1);
      const option = BASE_OPTIONS.find(({ short }) => short === letter);
      if (option === undefined) throw new InputError(word.position, `unknown option "-${letter}"`, 'check its spelling');
      if (option.values === 0) {
        takeBase(option, undefined, word.position);
      } else {
        // What stands behind the letter in the same word is its value.
        if (letters !== '' && option.valueApart === true) {
          throw new InputError(word.position, `-${letter} and its value are one word`, 'put a blank between them');
        }
        takeBase(option, letters === '' ? undefined : letters, word.position);
        letters = '';
      }
    }
  };

  const takeLong = (word: Word): void => {
    const equals = word.text.indexOf('=');
    const name = equals < 0 ? word.text : word.text.slice(0, equals);
    const attached = equals < 0 ? undefined : word.text.slice(equals + 1);
    const resolved = resolveKnown(name, word.position);
    if (resolved.kind === 'extension') {
      takeExtension(resolved, attached, word.position);
      return;
    }
    if (attached !== undefined && resolved.option.valueApart === true) {
      throw new InputError(word.position, `${name} and its value are one word`, 'put a blank instead of the =');
    }
    takeBase(resolved.option, attached, word.position);
  };

  for (let word = words[index]; word !== undefined; word = words[index]) {
    index += 1;
    if (word.text === '!') {
      if (inversion !== undefined) throw new InputError(word.position, 'a second !', 'keep one of them');
      inversion = word.position;
    } else if (word.text.startsWith('--') && word.text.length > 2) {
      takeLong(word);
    } else if (/^-[^-]/.test(word.text)) {
      takeShort(word);
    } else {
      throw new InputError(word.position, `"${word.text}" belongs to no option`, 'remove it, or put quotes round a value with blanks');
    }
  }
  if (inversion !== undefined) throw new InputError(inversion, 'nothing stands behind this !', 'remove it');
  if (command === undefined) {
    throw new InputError(lineStart, 'the line says nothing to do', 'begin it with -A CHAIN');
  }
  return { position: lineStart, command, operands, base, extensions, jump };
};

const hintFor = (text: string, extensions: readonly LoadedExtension[], hasProtocol: boolean): string => {
  if (/port$|^--tcp|^--syn|^--icmp/.test(text) && !hasProtocol) return 'put -p PROTOCOL in front of it';
  const names = extensions.map(({ kind, module }) => `${kind} ${module.name}`);
  return names.length === 0
    ? 'name its match with -m, or its target with -j, in front of it'
    : `neither iptables itself nor ${names.join(', ')} has it`;
};

/** `-c PACKETS BYTES`. */
export const readCounters = (option: WrittenOption | undefined): Counters | undefined => {
  if (option === undefined) return undefined;
  const [packets, bytes] = option.values.map(readNumber);
  if (packets === undefined || bytes === undefined) {
    throw new InputError(option.position, 'counters are two numbers', 'write -c PACKETS BYTES');
  }
  return { packets, bytes };
};
