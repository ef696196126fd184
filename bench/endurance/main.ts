import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readArguments, showUsage } from '../arguments.ts';
import { install } from '../dns-servers/install.ts';
import { residentKb } from '../dns-servers/process.ts';
import { HERE, startNsd } from '../dns-servers/servers.ts';
import type { Fate } from './client.ts';
import { createClient } from './client.ts';
import type { Disturbed } from './disturbances.ts';
import { DISTURBANCES } from './disturbances.ts';
import { createQuestions, seeded } from './questions.ts';

/*
 * A mixed load for as long as is asked for, while the server is reloaded, flushed, stopped, and loses threads: every question
 * has to be answered, rightly, and what the server holds must not grow.
 */

const USAGE = `usage: pnpm endurance [--seconds N] [--threads N] [--rate N] [--seed N]

  --seconds N  for how long (3600)
  --threads N  by how many threads the server answers (2)
  --rate N     questions a second (400)
  --seed N     of the questions and of what is done to the server; drawn, and printed, unless given
`;

const PORT = 5470;
const UPSTREAM_PORT = 5471;
const TICK_MS = 20;
const REPORT_SECONDS = 60;

/** Its memory goes up and down with collections and dead threads: what it comes down to in its second tenth and in its last is compared. */
const SAMPLE_SECONDS = 2;
const [WARM_FROM, WARM_UNTIL, LAST_FROM] = [0.1, 0.2, 0.9];

/** How much it may have grown in between. */
const GROWN_KB_MAX = 10 * 1024;
const DESCRIPTORS_GROWN_MAX = 16;

interface Sample {
  readonly atSeconds: number;
  readonly kb: number;
  readonly descriptors: number;
}

const leastOf = (samples: readonly Sample[]): Omit<Sample, 'atSeconds'> => ({
  kb: Math.min(...samples.map(({ kb }) => kb)),
  descriptors: Math.min(...samples.map(({ descriptors }) => descriptors)),
});

const corefile = (threads: number) => (form: number): string => `.:${PORT} {
  bind 127.0.0.1
  ${threads === 1 ? '' : `multisocket ${threads}`}
  errors
  cache {
    success 9984 ${form % 2 === 0 ? 3600 : 60}
    denial 9984 ${form < 2 ? 3600 : 30}
  }
  forward . 127.0.0.1:${UPSTREAM_PORT}${form === 3 ? ' {\n    force_tcp\n  }' : ''}
}
`;

interface Tally {
  asked: number;
  answered: number;
  askedAgain: number;
  readonly bad: string[];
}

const note = (tally: Tally, fate: Fate, name: string): void => {
  switch (fate.kind) {
    case 'answered':
      tally.answered += 1;
      tally.askedAgain += fate.tries - 1;
      return;
    case 'wrong':
      tally.bad.push(fate.what);
      return;
    case 'lost':
      tally.bad.push(`${name}: no answer`);
  }
};

const run = async (seconds: number, threads: number, rate: number, seed: number): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'endurance-'));
  const nsd = await startNsd(folder, UPSTREAM_PORT);
  const file = join(folder, 'Corefile');
  writeFileSync(file, corefile(threads)(0));
  const control = join(folder, 'control');
  const main = join(HERE, 'packages/dns-cache/dist/cli/main.js');
  const child = spawn(process.execPath, [main, 'serve', '-conf', file, '-control', control], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.on('data', (octets: Buffer) => lines.push(...octets.toString().split('\n').filter((line) => line !== '')));
  const { pid = 0 } = child;
  const stopAll = async (): Promise<number | null> => {
    const exited = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
    child.kill('SIGTERM');
    await exited;
    await nsd.stop();
    rmSync(folder, { recursive: true });
    return child.exitCode;
  };
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const server: Disturbed = { pid, control, corefile: file, threads, text: corefile(threads) };
  const client = createClient(PORT);
  const tally: Tally = { asked: 0, answered: 0, askedAgain: 0, bad: [] };
  const [ofQuestions, ofDisturbances] = [seeded(seed), seeded(seed + 1)];
  const question = createQuestions(ofQuestions);
  const descriptors = (): number => readdirSync(`/proc/${pid}/fd`).length;
  const begun = performance.now();
  const elapsedSeconds = (): number => (performance.now() - begun) / 1000;
  const under = new Set<Promise<void>>();
  const counts = new Map<string, number>();
  const samples: Sample[] = [];

  const disturb = async (): Promise<void> => {
    const next = new Map(DISTURBANCES.map((one) => [one, one.everySeconds]));
    while (elapsedSeconds() < seconds && child.exitCode === null) {
      for (const [one, at] of next) {
        if (elapsedSeconds() < at) continue;
        next.set(one, elapsedSeconds() + one.everySeconds);
        await one.doIt(server, ofDisturbances);
        counts.set(one.name, (counts.get(one.name) ?? 0) + 1);
      }
      await sleep(200);
    }
  };

  const load = async (): Promise<void> => {
    let reportAt = REPORT_SECONDS;
    let sampleAt = 0;
    while (elapsedSeconds() < seconds && child.exitCode === null) {
      for (const due = elapsedSeconds() * rate; tally.asked < due; tally.asked += 1) {
        const one = question();
        const asking: Promise<void> = client.ask(one).then((fate) => {
          note(tally, fate, one.name);
          under.delete(asking);
        });
        under.add(asking);
      }
      if (elapsedSeconds() > sampleAt) {
        sampleAt += SAMPLE_SECONDS;
        samples.push({ atSeconds: elapsedSeconds(), kb: residentKb(pid), descriptors: descriptors() });
      }
      if (elapsedSeconds() > reportAt) {
        reportAt += REPORT_SECONDS;
        process.stderr.write(`${Math.round(elapsedSeconds())} s: ${tally.answered} answered, ${tally.askedAgain} asked again, ${tally.bad.length} bad, ${Math.round(residentKb(pid) / 1024)} MB, ${descriptors()} descriptors\n`);
      }
      await sleep(TICK_MS);
    }
  };

  await Promise.all([load(), disturb()]).catch(async (error: unknown) => {
    await stopAll();
    throw error;
  });
  await Promise.all(under);
  const code = await stopAll();
  client.close();

  const between = (from: number, until: number) => leastOf(samples.filter(({ atSeconds }) => atSeconds >= from * seconds && atSeconds <= until * seconds));
  const [before, after] = [between(WARM_FROM, WARM_UNTIL), between(LAST_FROM, 1)];
  const errors = lines.filter((line) => /\[(?:ERROR|FATAL|WARNING)\]/.test(line) && !/ died: killed; another takes its place/.test(line));
  process.stdout.write(
    [
      `seed ${seed}: ${Math.round(elapsedSeconds())} s, ${threads} threads, ${[...counts].map(([name, count]) => `${count} × ${name}`).join(', ')}`,
      `${tally.asked} questions: ${tally.answered} answered, ${tally.askedAgain} times asked again, ${tally.bad.length} wrong or lost`,
      ...tally.bad.slice(0, 10).map((what) => `  ${what}`),
      `memory ${Math.round(before.kb / 1024)} MB when warm, ${Math.round(after.kb / 1024)} MB at the end; descriptors ${before.descriptors} and ${after.descriptors}; exit code ${code}`,
      `${errors.length} lines of trouble in the log`,
      ...errors.slice(0, 10).map((line) => `  ${line}`),
      '',
    ].join('\n'),
  );
  const hasGrown = after.kb - before.kb > GROWN_KB_MAX || after.descriptors - before.descriptors > DESCRIPTORS_GROWN_MAX;
  return tally.bad.length === 0 && code === 0 && !hasGrown && errors.length === 0;
};

const OPTIONS = {
  seconds: { type: 'string', default: '3600' },
  threads: { type: 'string', default: '2' },
  rate: { type: 'string', default: '400' },
  seed: { type: 'string', default: String(Date.now() % 1e9) },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const values = readArguments(USAGE, (args) => parseArgs({ args, options: OPTIONS }).values);
if (values !== undefined) {
  const numbers = [values.seconds, values.threads, values.rate, values.seed].map(Number);
  const [seconds = 0, threads = 0, rate = 0, seed = 0] = numbers;
  if (values.help || !numbers.every((one) => Number.isInteger(one) && one > 0)) showUsage(USAGE, values.help);
  else {
    install();
    if (!(await run(seconds, threads, rate, seed))) process.exitCode = 1;
  }
}
