import process from 'node:process';
import { Command } from 'commander';
import { printScenario } from '../file/print-scenario.ts';
import { findScenario } from './inputs.ts';

export const exportCommand = (): Command =>
  new Command('export')
    .description("a scenario of the catalogue as a file, to make one's own of")
    .argument('<name>', 'see "list"')
    .action((name: string) => void process.stdout.write(printScenario(findScenario(name))));
