import { spawnSync } from 'node:child_process';

/** The nft whose way to print is followed. */
const VERSION = 'v1.0.6';

const inNamespace = (command: string, input = ''): string => {
  const { stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', command], { input, encoding: 'utf8' });
  return `${stderr}${stdout}`;
};

/** There is such an nft, and it may ask the kernel in a namespace of its own. */
export const canLoad = (): boolean => process.getuid?.() === 0 && new RegExp(`^nftables ${VERSION} .*\nlisted\n$`).test(inNamespace('nft --version && nft list ruleset && echo listed'));

/** What nft lists in a fresh namespace once it has loaded the text; before it what it complains of, if it does. */
export const listedAfterLoading = (text: string): string => inNamespace('nft -f /dev/stdin && nft list ruleset', text);
