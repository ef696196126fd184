import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '@nodelocal/netfilter-sim';
import { LESSON } from '../../cluster/lesson.ts';
import type { KernelObserved } from '../../kernel/kernel-view.ts';
import { FAR, podVariable, rulesScript, stageScript } from '../../kernel/stage-script.ts';
import { outcomeOf } from '../../kernel/view.ts';
import type { ViewedLookup } from '../../kernel/view.ts';
import { buildNode } from '../../node/build.ts';
import type { ScenarioInputs } from '../../node/files.ts';
import { folderNamed } from '../../node/files.ts';
import { planOf } from '../../node/plan.ts';
import { boundCorefile } from '../../run/corefile.ts';
import { createHappenings } from '../../run/happenings.ts';
import { scheduleLookups } from '../../run/schedule.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { realTime } from './clock.ts';
import { nodeShell } from './node-shell.ts';
import type { NodeShell } from './node-shell.ts';
import type { RealAgent } from './programs.ts';
import { startAgent, startResponder } from './programs.ts';
import { startClient } from './resolver.ts';

/** Plays a scenario in namespaces that it makes, and takes away again. */
export const playOnKernel = async (scenario: Scenario, inputs: ScenarioInputs): Promise<KernelObserved> => {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  const shell = nodeShell();
  try {
    return await play(scenario, inputs, shell, folder);
  } finally {
    await shell.end();
    rmSync(folder, { recursive: true });
  }
};

const play = async (scenario: Scenario, inputs: ScenarioInputs, shell: NodeShell, folder: string): Promise<KernelObserved> => {
  const plan = planOf(scenario);
  const { host } = buildNode(plan, inputs);
  await shell.run(stageScript(host, scenario));
  const pid = async (variable: string): Promise<number> => Number(await shell.run(`printf %s ${variable}`));
  const node = await pid('$$');
  const far = await pid(`$${FAR}`);
  const responder = await startResponder(far, folder, { servers: scenario.servers, seed: scenario.seed });
  const files = folderNamed(inputs, scenario.node.folder);
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, scenario.cache.resolvConf ?? files.resolvConf);
  const corefile = (scenario.cache.corefile ?? files.corefile).replaceAll('/etc/resolv.conf', resolvConf);
  const clients = new Map(
    await Promise.all(
      scenario.clients.map(async ({ name, at, resolvConf: own }, index) => {
        const file = join(folder, `resolv-${index}.conf`);
        writeFileSync(file, own);
        return [name, await startClient(at.kind === 'pod' ? await pid(`$${podVariable(index)}`) : node, file)] as const;
      }),
    ),
  );

  const rules: string[] = [];
  const failures: unknown[] = [];
  /** What happens is done in its order, each when the one before is. */
  let last: Promise<unknown> = Promise.resolve();
  const then = (action: () => Promise<unknown>): void => {
    last = last.then(action).catch((error: unknown) => failures.push(error));
  };
  let agent: RealAgent | undefined;
  const start = (text: string): void =>
    then(async () => {
      agent ??= await startAgent(node, folder, text);
    });
  const kill = (): void =>
    then(async () => {
      await agent?.kill();
      agent = undefined;
    });
  const save = async (): Promise<void> => void rules.push(await shell.run('iptables-legacy-save -c'));

  let now = host;
  const bound = boundCorefile(corefile, plan);
  if (scenario.cache.agent === 'running' && bound !== undefined) start(bound);
  await last;
  const clock = realTime();
  const happen = createHappenings(scenario, inputs, corefile, {
    clock,
    agent: { start, kill },
    servers: new Map(
      scenario.servers.map(({ name }) => [
        name,
        {
          change: (habits) => responder.change({ server: name, habits }),
          setGone: (address, gone) => then(() => shell.run(`nsenter -t ${far} -n iptables-legacy -${gone ? 'A' : 'D'} INPUT -d ${address} -j DROP`)),
        },
      ]),
    ),
    setHost(next) {
      const before = now;
      now = next;
      then(async () => {
        await save();
        await shell.run([...addressChanges(before, next), rulesScript(next)].join('\n'));
      });
    },
    forgetFlowsTo: (endpoints) => then(() => shell.run([...endpoints].map((address) => `conntrack -D -p udp --reply-src ${address} > /dev/null 2>&1 || true`).join('\n') || 'true')),
  });
  for (const [at, { atMs, what }] of scenario.events.entries()) clock.at(atMs, () => happen(what, `events[${at}].what`));

  const lookups: ViewedLookup[] = [];
  await new Promise<void>((resolve, reject) => {
    scheduleLookups({
      clock,
      lookups: scenario.lookups,
      begin({ number, lookup: { client, call }, name }, ended) {
        const program = clients.get(client);
        if (program === undefined) throw new RangeError(`there is no client "${client}"`);
        void last.then(() => program.look(name, call)).then(({ result, elapsedMs }) => {
          lookups[number] = { name, client, outcome: outcomeOf(result), elapsedMs };
          ended(result);
        }, reject);
      },
      done: () => clock.at(clock.nowMs + scenario.watchedMs, resolve),
    });
  });
  await last;
  clock.stop();
  await save();
  const conntrack = await shell.run('conntrack -L 2> /dev/null');
  await agent?.kill();
  await responder.end();
  for (const program of clients.values()) program.end();
  if (failures.length > 0) throw failures[0];
  return { lookups, heard: responder.heard, conntrack, rules };
};

/** Of all that the model changes on a running node, the addresses of the cache alone are the node's own. */
const addressChanges = (before: Host, next: Host): readonly string[] => {
  const addressesIn = ({ interfaces }: Host): readonly string[] => interfaces.find(({ name }) => name === LESSON.cacheDevice)?.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`) ?? [];
  const [had, has] = [addressesIn(before), addressesIn(next)];
  return [
    ...had.filter((address) => !has.includes(address)).map((address) => `ip addr del ${address} dev ${LESSON.cacheDevice}`),
    ...has.filter((address) => !had.includes(address)).map((address) => `ip addr add ${address} dev ${LESSON.cacheDevice} noprefixroute`),
  ];
};
