import { Command } from 'commander';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { runProgram } from './program.ts';
import { raceCommand } from './race.ts';
import { replayCommand } from './replay.ts';
import { routeCommand } from './route.ts';
import { traceCommand } from './trace.ts';
import { versionIn } from './version.ts';

await runProgram(
  new Command('netfilter-sim')
    .description('what Linux does to a packet, rule by rule, without a Linux')
    .version(versionIn(new URL('../../package.json', import.meta.url)), '--version', 'name and number')
    .addCommand(traceCommand())
    .addCommand(compareCommand())
    .addCommand(raceCommand())
    .addCommand(routeCommand())
    .addCommand(replayCommand())
    .addCommand(checkCommand()),
);
