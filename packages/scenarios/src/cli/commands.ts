import process from 'node:process';
import { runProgram, versionIn } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';

/** Whoever asks for one waits for no other: the two libraries and all that stands on them take half a second to load. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  list: async () => (await import('./list.ts')).listCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  playground: async () => (await import('./playground.ts')).playgroundCommand(),
  compare: async () => (await import('./compare.ts')).compareCommand(),
  races: async () => (await import('./races.ts')).racesCommand(),
  preflight: async () => (await import('./preflight.ts')).preflightCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  rules: async () => (await import('./rules.ts')).rulesCommand(),
  lesson: async () => (await import('./lesson.ts')).lessonCommand(),
  fleet: async () => (await import('./fleet.ts')).fleetCommand(),
};

const asked = COMMANDS[process.argv[2] ?? ''];
const commands = await Promise.all(asked === undefined ? Object.values(COMMANDS).map((load) => load()) : [asked()]);
const program = new Command('scenarios')
  .description('what happens to the DNS query of a pod, replayed')
  .version(versionIn(new URL('../../package.json', import.meta.url)), '--version', 'name and number');
for (const command of commands) program.addCommand(command);
await runProgram(program);
