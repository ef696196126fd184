import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { BASE_OPTION_BY_LETTER } from './base-options.ts';
import type { BaseOption } from './base-options.ts';
import { readProtocolTest } from './base-tests.ts';
import type { CommandLine, CommandScope, Jump, LoadedExtension } from './command.ts';
import { loadMatch, loadProtocolMatch, loadTarget } from './load.ts';
import { resolveOption } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import type { Word } from './words.ts';

/**
 * Takes a rule line apart the way getopt_long and do_command do: options go to the extension that
 * was named last and knows them, long names may be abbreviated, `!` inverts the next option.
 * Whether values make sense is for others to say.
 */
export const readCommandLine = (words: readonly Word[], scope: CommandScope, position: Position): CommandLine =>
  new CommandReader(words, scope).read(position);

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

class CommandReader {
  private readonly words: readonly Word[];
  private readonly scope: CommandScope;
  private index = 0;
  private readonly base = new Map<string, WrittenOption>();
  private readonly extensions: LoadedExtension[] = [];
  private readonly operands: string[] = [];
  private command: WrittenOption | undefined;
  private jump: Jump | undefined;
  /** Where the `!` stands that waits for its option. */
  private inversion: Position | undefined;
  private protocolMatchTried = false;

  constructor(words: readonly Word[], scope: CommandScope) {
    this.words = words;
    this.scope = scope;
  }

  read(position: Position): CommandLine {
    for (let word = this.words[0]; word !== undefined; word = this.words[this.index]) {
      this.index += 1;
      this.takeWord(word);
    }
    if (this.inversion !== undefined) throw new InputError(this.inversion, 'nothing stands behind this !', 'remove it');
    if (this.command === undefined) {
      throw new InputError(position, 'the line says nothing to do', 'begin it with -A CHAIN');
    }
    const { command, operands, base, extensions, jump } = this;
    return { position, command, operands, base, extensions, jump };
  }

  private takeWord(word: Word): void {
    const { text, position } = word;
    if (text === '!') {
      if (this.inversion !== undefined) throw new InputError(position, 'a second !', 'keep one of them');
      this.inversion = position;
    } else if (text.startsWith('--') && text.length > 2) {
      this.takeLong(word);
    } else if (text.startsWith('-') && text.length > 1 && text !== '--') {
      this.takeShort(word);
    } else {
      throw new InputError(
        position,
        `"${text}" belongs to no option`,
        'remove it, or put quotes round a value with blanks',
      );
    }
  }

  private takeShort({ text, position }: Word): void {
    for (let letters = text.slice(1); letters !== '';) {
      const letter = letters[0] ?? '';
      letters = letters.slice(1);
      const option = BASE_OPTION_BY_LETTER.get(letter);
      if (option === undefined) throw new InputError(position, `unknown option "-${letter}"`, 'check its spelling');
      // What stands behind the letter in the same word is its value.
      const attached = option.values > 0 && letters !== '' ? letters : undefined;
      if (attached !== undefined) letters = '';
      this.takeBase(option, attached, position);
    }
  }

  private takeLong({ text, position }: Word): void {
    const equals = text.indexOf('=');
    const attached = equals < 0 ? undefined : text.slice(equals + 1);
    const resolved = this.resolve(equals < 0 ? text : text.slice(0, equals), position);
    if (resolved.kind === 'base') this.takeBase(resolved.option, attached, position);
    else this.takeExtension(resolved, attached, position);
  }

  private resolve(text: string, position: Position): Resolved {
    const found = resolveOption(text, this.extensions);
    if (found === 'ambiguous') {
      throw new InputError(position, `${text} may be one of several options`, 'write it in full');
    }
    if (found !== undefined) return found;
    const written = this.base.get('--protocol');
    const protocol = readProtocolTest(written)?.number;
    if (!this.protocolMatchTried) {
      this.protocolMatchTried = true;
      const match = loadProtocolMatch(protocol, this.scope.family, written?.position ?? position);
      if (match !== undefined) {
        this.extensions.push(match);
        return this.resolve(text, position);
      }
    }
    throw new InputError(position, `unknown option "${text}"`, this.hintFor(text, protocol !== undefined));
  }

  private hintFor(text: string, hasProtocol: boolean): string {
    if (/port$|^--tcp|^--syn|^--icmp/.test(text) && !hasProtocol) return 'put -p PROTOCOL in front of it';
    const names = this.extensions.map(({ kind, module }) => `${kind} ${module.name}`);
    return names.length === 0
      ? 'name its match with -m, or its target with -j, in front of it'
      : `neither iptables itself nor ${names.join(', ')} has it`;
  }

  private takeBase(option: BaseOption, attached: string | undefined, position: Position): void {
    const { name } = option;
    if (option.foreign === true) {
      throw new InputError(
        position,
        `${name} does not belong in a rule set`,
        'remove it, and put the rule under its *TABLE line',
      );
    }
    if (attached !== undefined && option.valueApart === true) {
      throw new InputError(position, `${name} and its value are one word`, 'put a blank between them');
    }
    const inverted = this.takeInversion(name, option.invertible === true, option.values, position);
    const values =
      name === '--set-counters'
        ? this.takeCounters(name, attached, position)
        : this.takeValues(name, option.values, attached, position);
    const written = { name, inverted, values, position };
    const [value = ''] = written.values;
    switch (name) {
      case '--match':
        this.extensions.push(loadMatch(value, this.scope.family, position));
        return;
      case '--jump':
      case '--goto':
        this.takeJump({ kind: name === '--jump' ? 'jump' : 'goto', name: value, position });
        return;
      case '--verbose':
        return;
    }
    if (option.command === true) this.takeCommand(written);
    else if (this.base.has(name)) throw new InputError(position, `${name} is given twice`, 'keep one of them');
    else this.base.set(name, written);
  }

  private takeJump(jump: Jump): void {
    if (this.jump !== undefined) throw new InputError(jump.position, 'a second target', 'keep one -j or -g');
    this.jump = jump;
    const target = loadTarget(jump, this.scope);
    if (target !== undefined) this.extensions.push(target);
  }

  private takeCommand(written: WrittenOption): void {
    if (this.command !== undefined) {
      throw new InputError(written.position, `a second command beside ${this.command.name}`, 'use a line for each');
    }
    this.command = written;
    const operandsMax = OPERANDS_MAX[written.name] ?? 0;
    for (let word = this.words[this.index]; this.operands.length < operandsMax; word = this.words[this.index]) {
      if (word === undefined || /^[-!]/.test(word.text)) return;
      this.operands.push(word.text);
      this.index += 1;
    }
  }

  private takeExtension(
    { name, shape, owner }: Resolved & { readonly kind: 'extension' },
    attached: string | undefined,
    position: Position,
  ): void {
    const absent = shape.optional === true && /^(?:[-!]|$)/.test(this.words[this.index]?.text ?? '');
    const count = absent ? 0 : shape.values;
    const inverted = this.takeInversion(name, shape.invertible, attached === undefined ? count : 0, position);
    const values = this.takeValues(name, count, attached, position);
    if (shape.repeatable !== true && owner.options.some((option) => option.name === name)) {
      throw new InputError(position, `${name} is given twice`, 'keep one of them');
    }
    owner.options.push({ name, inverted, values, position });
  }

  /** Whether a `!` stands in front. iptables up to 1.4.2 printed it behind the option; 1.8.9 refuses that. */
  private takeInversion(name: string, invertible: boolean, valueCount: number, position: Position): boolean {
    const inverted = this.inversion !== undefined;
    this.inversion = undefined;
    if (inverted && !invertible) throw new InputError(position, `${name} cannot be inverted`, 'remove the !');
    const next = this.words[this.index];
    if (invertible && valueCount > 0 && next?.text === '!') {
      throw new InputError(next.position, 'the ! stands behind its option', `write ! ${name} VALUE`);
    }
    return inverted;
  }

  /** `PACKETS,BYTES` in one word, or two words (do_parse of xshared.c, 1.8.9). */
  private takeCounters(name: string, attached: string | undefined, position: Position): readonly string[] {
    const first = attached ?? this.words[this.index]?.text ?? '';
    const comma = first.indexOf(',', 1);
    if (comma < 0) return this.takeValues(name, 2, attached, position);
    this.takeValues(name, 1, attached, position);
    return [first.slice(0, comma), first.slice(comma + 1)];
  }

  /** The first value may be any word; those behind it must not look like options. */
  private takeValues(name: string, count: number, attached: string | undefined, position: Position): readonly string[] {
    if (count === 0) {
      if (attached === undefined) return [];
      throw new InputError(position, `${name} takes no value`, `write ${name} alone`);
    }
    const values = [attached ?? this.takeValue(name, position)];
    while (values.length < count) {
      if (/^(?:[-!]|$)/.test(this.words[this.index]?.text ?? '')) {
        throw new InputError(position, `${name} needs ${count} values`, 'write them one behind the other');
      }
      values.push(this.takeValue(name, position));
    }
    return values;
  }

  private takeValue(name: string, position: Position): string {
    const word = this.words[this.index];
    if (word === undefined) throw new InputError(position, `${name} needs a value`, `write it behind ${name}`);
    this.index += 1;
    return word.text;
  }
}
