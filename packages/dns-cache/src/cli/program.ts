import process from 'node:process';
import { Command, CommanderError, Help } from 'commander';
import { CacheFileError } from '../agent/cache-file.ts';
import { CorefileError } from '../corefile/error.ts';
import { DescriptorError } from '../sockets/descriptors.ts';
import { ListenError, SocketFileError } from '../sockets/listen-error.ts';
import { complaintOf, isSystemError } from '../reason.ts';
import { flushCache, listCache, loadCache, saveCache } from './cache.ts';
import { check } from './check.ts';
import { explainName } from './explain.ts';
import { fromGoFlags } from './go-flags.ts';
import { guardOutput } from './output.ts';
import { serve } from './serve.ts';
import { tail } from './tail.ts';
import { top } from './top.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

const EXIT_MISUSED = 2;

const output = guardOutput('dns-cache', EXIT_MISUSED);

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

const complain = (message: string): void => {
  process.stderr.write(`${oneLine(message)}\n`);
  process.exitCode = EXIT_MISUSED;
};

interface PortFlag {
  readonly 'dns.port': string;
}

const program = new Command('dns-cache')
  .description('A DNS cache that reads Corefiles and answers as CoreDNS does.')
  .version(`dns-cache-${VERSION}`, '--version', 'name and number')
  .addHelpText('after', '\nFlags may have one dash or two, and `=` or a space before their value, as in CoreDNS.');

program
  .command('serve')
  .description('answer queries over UDP and TCP, in the foreground, until SIGTERM or SIGINT')
  .option('--conf <file>', 'the Corefile', 'Corefile')
  .option('--dns.port <port>', 'the port of zones that name none', '53')
  .option('--quiet', 'do not print what is served where', false)
  .option('--control <file>', 'a socket to list and flush the caches by, see `dns-cache cache`')
  .option('--cache-file <file>', 'keep the caches in this file over a restart')
  .action((flags: PortFlag & { conf: string; quiet: boolean; control?: string; cacheFile?: string }) =>
    serve(
      {
        conf: flags.conf,
        quiet: flags.quiet,
        port: flags['dns.port'],
        control: flags.control,
        cacheFile: flags.cacheFile,
      },
      output,
    ),
  );

// What it takes is no business of commander's: `main.ts` sees to it.
const node = program.command('node').description('take the place of node-cache on a node, with its flags: see dns-cache node -help').helpOption(false);

const cache = program.command('cache').description('look at the caches of a running server, and change them');

const cacheCommand = (name: string, description: string): Command =>
  cache.command(name).description(description).requiredOption('--control <file>', 'the socket that -control of `serve` or `node` made');

cacheCommand('list', 'print what is kept, a line each')
  .option('--name <name>', 'only this name')
  .option('--zone <zone>', 'only names in this zone')
  .option('--json', 'print JSON', false)
  .action(listCache);

cacheCommand('explain', 'print who answers for a name, what is kept of it, and whom it would be asked of')
  .argument('<name>', 'the name')
  .argument('[type]', 'only this type')
  .option('--json', 'print JSON', false)
  .action(explainName);

cacheCommand('flush', 'forget what is kept')
  .option('--name <name>', 'this name')
  .option('--zone <zone>', 'names in this zone')
  .option('--all', 'everything', false)
  .action(flushCache);

cacheCommand('save', 'write what is kept to a file').argument('<file>', 'the file').action(saveCache);

cacheCommand('load', 'take what such a file has').argument('<file>', 'the file').action(loadCache);

program
  .command('top')
  .description('print who asks most, where the Corefile has `clients`: again and again on a terminal, once elsewhere')
  .requiredOption('--control <file>', 'the socket that -control of `serve` or `node` made')
  .option('--limit <number>', 'so many clients; on a terminal as many as have room')
  .option('--interval <seconds>', 'how often to look, on a terminal', '1')
  .option('--json', 'print JSON, once', false)
  .action(top);

program
  .command('tail')
  .description('print queries as they come and what became of them, until Ctrl-C; of each option any one has to fit')
  .requiredOption('--control <file>', 'the socket that -control of `serve` or `node` made')
  .option('--name <name...>', 'names in this zone, or whole names like this: *.svc.cluster.local')
  .option('--client <network...>', 'clients of this address or network')
  .option('--type <type...>', 'this type')
  .option('--rcode <code...>', 'this response code; - is no answer')
  .option('--slower <duration>', 'only what took so long, as 10ms')
  .option('--count <number>', 'end after so many')
  .option('--json', 'a line of JSON for each', false)
  .action(tail);

program
  .command('check')
  .description('print what a Corefile means, defaults included')
  .argument('<corefile>', 'the Corefile')
  .option('--dns.port <port>', 'the port of zones that name none', '53')
  .option('--against-coredns', 'print instead what CoreDNS does otherwise with it, and how to have that here', false)
  .option('--coredns-release <version>', 'for one who comes from this release: 1.15.0 (the default), or 1.14.4, which node-cache 1.26.8 has inside')
  .action((path: string, flags: PortFlag & { againstCoredns: boolean; corednsRelease?: string }) =>
    check(path, { port: flags['dns.port'], againstCoreDns: flags.againstCoredns, release: flags.corednsRelease }),
  );

const PLAIN = new Help();

/** What commander says of a command, in one line that names its help; of one that needs a command to follow it would print all its help. */
const prepare = (command: Command, path: string): void => {
  command.configureHelp({
    optionDescription: (option) => `${PLAIN.optionDescription(option).replace(' (default: false)', '')}${option.mandatory ? ' (required)' : ''}`,
  });
  if (command.commands.length > 0) command.helpCommand('help [command]', 'say what a command takes');
  // `node` has flags of its own, and that of its help is one of them.
  if (command !== node) command.helpOption('-h, --help', 'say this');
  command.exitOverride().configureOutput({
    writeErr: () => undefined,
    outputError: (text) => complain(`dns-cache: ${text.trim().replace(/^error: /, '').replace(/\.$/, '')}; see ${path} --help`),
  });
  for (const inner of command.commands) prepare(inner, `${path} ${inner.name()}`);
};
prepare(program, 'dns-cache');

/** What whoever runs the program can mend. A file that cannot be had has the system's code; all else is a bug. */
const isMendable = (error: unknown): error is Error =>
  [CacheFileError, DescriptorError, ListenError, SocketFileError, UsageError].some((kind) => error instanceof kind);

const explain = (error: unknown): void => {
  if (error instanceof CorefileError) complain(error.message);
  else if (isMendable(error)) complain(`dns-cache: ${error.message}`);
  else if (error instanceof CommanderError) {
    // What else is wrong has been told.
    if (error.exitCode !== 0 && error.code === 'commander.help') complain('dns-cache: no command given; see dns-cache --help');
  } else if (isSystemError(error)) complain(`dns-cache: ${complaintOf(error)}`);
  else throw error;
};

/** `help` about what is no command: commander shows the help of all, and says nothing. */
const refuseUnknownHelp = (command: Command, [first, second, ...rest]: readonly string[]): void => {
  const known = (name: string | undefined): Command | undefined => command.commands.find((one) => one.name() === name);
  if (first === 'help' && second !== undefined && second !== 'help' && known(second) === undefined) command.error(`error: unknown command '${second}'`);
  const inner = known(first);
  if (inner !== undefined && second !== undefined) refuseUnknownHelp(inner, [second, ...rest]);
};

try {
  refuseUnknownHelp(program, process.argv.slice(2));
  await program.parseAsync(fromGoFlags(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  explain(error);
}
