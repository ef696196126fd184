import { resolve } from 'node:path';
import process from 'node:process';
import type { ListedEntry } from '../engine/snapshot.ts';
import type { ControlFlag } from './control.ts';
import { askControl } from './control.ts';
import { UsageError } from './usage-error.ts';

interface NameFlags {
  readonly name?: string;
  readonly zone?: string;
}

const queryOf = ({ name, zone }: NameFlags): string =>
  new URLSearchParams({ ...(name === undefined ? {} : { name }), ...(zone === undefined ? {} : { zone }) }).toString();

const lineOf = (entry: ListedEntry): string => {
  const flags = [entry.dnssecOk ? 'do' : '', entry.checkingDisabled ? 'cd' : ''].filter((flag) => flag !== '');
  const left = entry.remainingSeconds > 0 ? `${entry.remainingSeconds}s` : `expired ${-entry.remainingSeconds}s ago`;
  return [entry.name, entry.class, entry.type, ...flags, entry.reply, left, `${entry.octets} octets`].join('\t');
};

export const listCache = async (flags: ControlFlag & NameFlags & { readonly json: boolean }): Promise<void> => {
  if (flags.name !== undefined && flags.zone !== undefined) throw new UsageError('cache list: say which: -name NAME or -zone ZONE, not both');
  const body = await askControl(flags.control, 'GET', `/cache?${queryOf(flags)}`);
  const entries = JSON.parse(body) as readonly ListedEntry[];
  process.stdout.write(flags.json ? body : entries.map((entry) => `${lineOf(entry)}\n`).join(''));
};

export const flushCache = async (flags: ControlFlag & NameFlags & { readonly all: boolean }): Promise<void> => {
  const what = [flags.name, flags.zone, flags.all || undefined].filter((one) => one !== undefined);
  if (what.length !== 1) throw new UsageError('cache flush: say what to forget: -name NAME, -zone ZONE or -all');
  const flushed = (await askControl(flags.control, 'POST', `/cache/flush?${queryOf(flags)}`)).trim();
  process.stdout.write(`${flushed} ${flushed === '1' ? 'entry' : 'entries'} flushed\n`);
};

const withFile = async (control: string, verb: 'save' | 'load', file: string): Promise<string> =>
  (await askControl(control, 'POST', `/cache/${verb}?${new URLSearchParams({ file: resolve(file) }).toString()}`)).trim();

export const saveCache = async (file: string, { control }: ControlFlag): Promise<void> => {
  process.stdout.write(`saved to ${await withFile(control, 'save', file)}\n`);
};

export const loadCache = async (file: string, { control }: ControlFlag): Promise<void> => {
  process.stdout.write(`${await withFile(control, 'load', file)} entries taken\n`);
};
