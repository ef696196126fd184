import { copyFileSync } from 'node:fs';
import { Command } from 'commander';
import { print } from './inputs.ts';
import { builtPage } from './pages.ts';

export const playgroundCommand = (): Command =>
  new Command('playground')
    .description('the playground as one file for a browser: your own node, a packet or a name, and its way at once')
    .option('--html <file>', 'where to write it', 'playground.html')
    .action(({ html }: { readonly html: string }) => {
      copyFileSync(builtPage('playground.html'), html);
      print([`the playground: ${html}`]);
    });
