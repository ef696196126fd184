import { Command } from 'commander';
import { print } from './inputs.ts';
import { writePlayground } from './pages.ts';

export const playgroundCommand = (): Command =>
  new Command('playground')
    .description('the playground as one file for a browser: your own node, a packet or a name, and its way at once')
    .option('--html <file>', 'where to write it', 'playground.html')
    .action(({ html }: { readonly html: string }) => {
      writePlayground(html);
      print([`the playground: ${html}`]);
    });
