import { runProgram } from '@nodelocal/netfilter-sim/cli';
import { Command } from 'commander';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { lessonCommand } from './lesson.ts';
import { listCommand } from './list.ts';
import { preflightCommand } from './preflight.ts';
import { racesCommand } from './races.ts';
import { rulesCommand } from './rules.ts';
import { runCommand } from './run.ts';

await runProgram(
  new Command('scenarios')
    .description('what happens to the DNS query of a pod, replayed')
    .addCommand(demoCommand())
    .addCommand(listCommand())
    .addCommand(runCommand())
    .addCommand(racesCommand())
    .addCommand(preflightCommand())
    .addCommand(doctorCommand())
    .addCommand(rulesCommand())
    .addCommand(lessonCommand()),
);
