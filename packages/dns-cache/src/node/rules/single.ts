import { wordsOf } from './words.ts';

/** What `iptables` is told for one line of a restore text, without the word of the program. */
export type SingleCommand = readonly string[];

/** The same changes for a node that has only the program for single rules; there is no transaction then. */
export const singleCommands = (restoreText: string): readonly SingleCommand[] => {
  let table = '';
  return restoreText.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1);
    return /^-[ID] /.test(line) ? [['-t', table, ...wordsOf(line)]] : [];
  });
};
