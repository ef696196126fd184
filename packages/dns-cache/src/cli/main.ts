#!/usr/bin/env node
import process from 'node:process';

/** What the loader says of a file that it may not open any more. */
const REASONS: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files to start (raise ulimit -n)',
  ENFILE: 'too many open files to start (the whole machine has no more)',
  ERR_MODULE_NOT_FOUND: 'a file of the program cannot be opened (raise ulimit -n, or install it again)',
};

/** What these commands hear later must not end them while they load, nor have Node.js open its debugger (SIGUSR1). */
const HEARD_LATER: Readonly<Record<string, readonly NodeJS.Signals[]>> = { node: ['SIGHUP', 'SIGUSR1', 'SIGUSR2'], serve: ['SIGUSR1'] };
for (const signal of HEARD_LATER[process.argv[2] ?? ''] ?? []) process.on(signal, () => undefined);

/** Alone in its file, so that it is there to tell where there are too few descriptors to load the rest. */
try {
  // Node.js opens all files of one depth of imports at once: with some of the program loaded before, it needs fewer descriptors.
  const [, , command, ...words] = process.argv;
  if (command === 'help' && words[0] === 'node') await (await import('./node.ts')).node(['-help']);
  else if (command === 'node') await (await import('./node.ts')).node(words);
  else if (command === 'node-pod') (await import('../node/processes/pod.ts')).runPod();
  else {
    await import('../plugins/forward/index.ts');
    await import('../plugins/rewrite/index.ts');
    await import('../sockets/service.ts');
    // The folders of the others lie at one depth: the larger ones go before.
    await import('../plugins/search/index.ts');
    await import('../plugins/template/index.ts');
    await import('../plugins/dnstap/index.ts');
    await import('../plugins/limit/index.ts');
    await import('../plugins/hosts/index.ts');
    if (command === 'node-server') await (await import('./node-server.ts')).nodeServer();
    else await import('./program.ts');
  }
} catch (error) {
  const reason = error instanceof Error && 'code' in error ? REASONS[String(error.code)] : undefined;
  if (reason === undefined) throw error;
  process.stderr.write(`dns-cache: ${reason}\n`);
  process.exitCode = 2;
}
