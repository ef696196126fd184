import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { PAINT, UsageError } from '@nodelocal/netfilter-sim/cli';
import { readNodeFolder, readOctets } from '@nodelocal/netfilter-sim/node';
import { Command } from 'commander';
import { CaptureError } from '../capture/error.ts';
import type { Capture } from '../capture/packets.ts';
import { readCapture } from '../capture/packets.ts';
import { explainCapture } from '../doctor/capture/explain.ts';
import { doctor } from '../doctor/examine.ts';
import type { DoctorPlan } from '../doctor/scene/plan.ts';
import { describeCapture } from '../doctor/words/capture.ts';
import { describeDoctor } from '../doctor/words/report.ts';
import type { Pod } from '../preflight/node/plan.ts';
import { jsonText, print } from './inputs.ts';
import { readAddresses, readOneAddress, readPod, readPort } from './node-options.ts';

interface DoctorOptions {
  readonly node?: string;
  readonly live?: boolean;
  readonly addresses?: readonly Address[];
  readonly interface: string;
  readonly dnsPort: number;
  readonly healthPort: number;
  readonly pod?: readonly Pod[];
  readonly upstream?: Address;
  readonly pcap?: string;
  readonly pcapDevice?: string;
  readonly json?: boolean;
}

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description("what is wrong on a node with its cache, and the commands that mend it; exit code 1 if there is anything, or it is not known")
    .option('--node <dir>', "folder with what the node's own tools print")
    .option('--live', 'look at this machine; needs root, and changes nothing')
    .option('--addresses <list>', 'what the cache should listen on; else its link and rules say it', readAddresses)
    .option('--interface <name>', 'the link that has these addresses', 'nodelocaldns')
    .option('--dns-port <port>', 'of the cache', readPort, 53)
    .option('--health-port <port>', 'that the kubelet asks, on the first address', readPort, 8080)
    .option('--pod <device:address>', 'who asks, as cali5f3c9a1e0d2:192.168.82.65 (one of each family); else somebody is looked for', readPod)
    .option('--upstream <address>', 'the Service that the cache asks', readOneAddress)
    .option('--pcap <file>', 'explain a capture of this node (tcpdump -w, pcap or pcapng) packet by packet')
    .option('--pcap-device <name>', 'by which it was made, where the file does not say it')
    .option('--json', 'print the report as data')
    .action((options: DoctorOptions) => {
      const { addresses, interface: device, dnsPort, healthPort, pod, upstream, pcap, json = false } = options;
      if (options.pcapDevice !== undefined && pcap === undefined) throw new UsageError('--pcap-device is of a capture: name that with --pcap FILE');
      const capture = pcap === undefined ? undefined : captureIn(pcap);
      const plan: DoctorPlan = {
        snapshot: snapshotOf(options),
        ...(addresses === undefined ? {} : { addresses }),
        device,
        dnsPort,
        healthPort,
        pods: pod ?? [],
        ...(upstream === undefined ? {} : { upstream }),
      };
      const report = doctor(plan);
      const explained = capture && explainCapture(plan, capture, options.pcapDevice);
      if (json) print([jsonText({ ...report, ...(explained === undefined ? {} : { capture: explained }) })]);
      else print([...describeDoctor(report, PAINT), ...(explained === undefined ? [] : ['', ...describeCapture(explained, report.device, PAINT)])]);
      if (report.kind !== 'sound' || explained?.isSound === false) process.exitCode = 1;
    });

/** @throws UsageError for a file that is no capture */
const captureIn = (file: string): Capture => {
  try {
    return readCapture(file, readOctets(file));
  } catch (error) {
    if (error instanceof CaptureError) throw new UsageError(error.message);
    throw error;
  }
};

/** @throws UsageError where it is not said which node. */
const snapshotOf = ({ node, live }: DoctorOptions): NodeSnapshot => {
  if (node !== undefined && live === true) throw new UsageError('--node is a folder and --live this machine: leave out one of them');
  if (node === undefined && live !== true) throw new UsageError('name a node: --node DIR for a folder, or --live for this machine');
  return node === undefined ? captured() : readNodeFolder(node);
};

/** The same script that people run on their nodes; it comes with netfilter-sim. */
const CAPTURE = fileURLToPath(new URL('../capture-node.sh', import.meta.resolve('@nodelocal/netfilter-sim')));

const captured = (): NodeSnapshot => {
  if (process.getuid?.() !== 0) throw new UsageError('--live needs root: nobody else may read the rules of this machine');
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  try {
    const { status, stderr, error } = spawnSync('sh', [CAPTURE, folder], { encoding: 'utf8' });
    if (error !== undefined) throw error;
    if (status !== 0) throw new UsageError(`this machine could not be captured: ${stderr.trim().split('\n')[0] ?? ''}`);
    return { ...readNodeFolder(folder), folder: 'this machine' };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
