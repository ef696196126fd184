import { InputError, parseIpSets } from '@nodelocal/netfilter-sim';

/** Random initial values and what the clock took away say nothing. */
export const comparable = (saved: string): readonly string[] =>
  saved
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ bucketsize \d+ initval 0x[\da-f]+/, '').replace(/timeout (\d+)/g, (_, left) => `timeout ${Math.ceil(Number(left) / 100)}`))
    .sort();

/** Reads line by line, as the kernel takes them. */
export const takeLines = (sets: readonly string[]): { readonly taken: readonly boolean[]; readonly text: string } => {
  let text = '';
  const taken = sets.map((line) => {
    try {
      parseIpSets(`${text}${line}\n`, { file: 'sets' });
      text += `${line}\n`;
      return true;
    } catch (error) {
      if (error instanceof InputError) return false;
      throw error;
    }
  });
  return { taken, text };
};
