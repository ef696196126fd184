import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { podOf, templateOf } from '../daemon-set.ts';
import type { Overlay } from '../render.ts';
import type { Image } from './image.ts';
import { seccompFor } from './seccomp.ts';

interface Mount {
  readonly destination: string;
  readonly type?: string;
  readonly source: string;
  readonly options?: readonly string[];
}

/** What runtimes mount for everybody, and hide of /proc and /sys (CRI-O and containerd alike). */
const SYSTEM: readonly Mount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
  { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', 'ro'] },
  { destination: '/etc/resolv.conf', type: 'bind', source: '/etc/resolv.conf', options: ['bind', 'ro'] },
];
const MASKED = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware'];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** The volumes of a pod as a kubelet lays them out in a folder, and as a runtime is told of them. */
const mountsOf = (name: Overlay, { volumes = [] }: IPodSpec, { volumeMounts = [] }: IContainer, folder: string): readonly Mount[] =>
  volumeMounts.map(({ name: volume, mountPath, readOnly }) => {
    const access = readOnly === true ? 'ro' : 'rw';
    const found = volumes.find((one) => one.name === volume);
    if (found?.emptyDir !== undefined) return { destination: mountPath, type: 'tmpfs', source: 'tmpfs', options: [access, 'mode=777'] };
    if (found?.hostPath !== undefined) return { destination: mountPath, type: 'bind', source: found.hostPath.path, options: ['rbind', access] };
    if (found?.configMap === undefined) throw new RangeError(`${volume} is a volume of another kind`);
    const source = join(folder, volume);
    mkdirSync(source);
    for (const { path } of found.configMap.items ?? []) writeFileSync(join(source, path), templateOf(name));
    return { destination: mountPath, type: 'bind', source, options: ['rbind', access] };
  });

/** Paths of the node that there have to be before: `[path, type]`. */
export const hostPathsOf = (name: Overlay): readonly (readonly [path: string, type: string])[] =>
  (podOf(name).pod.volumes ?? []).flatMap(({ hostPath }) => (hostPath === undefined ? [] : [[hostPath.path, hostPath.type ?? ''] as const]));

export interface BundleOptions {
  readonly overlay: Overlay;
  readonly image: Image;
  /** Behind the manifest's arguments. */
  readonly more: readonly string[];
  /** Of Services, by the kubelet. */
  readonly env: Readonly<Record<string, string>>;
}

/** Writes what an OCI runtime starts: the image, as the DaemonSet of an overlay has it run on the node's network. */
export const writeBundle = (folder: string, { overlay, image, more, env }: BundleOptions): void => {
  const { pod, container } = podOf(overlay);
  const { securityContext, args = [] } = container;
  const capabilities = (securityContext?.capabilities?.add ?? []).map((power) => `CAP_${power}`);
  const config = {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      cwd: '/',
      user: { uid: securityContext?.runAsUser, gid: 0 },
      args: [...image.config.Entrypoint, ...args, ...more],
      env: [...image.config.Env, ...Object.entries(env).map(([key, value]) => `${key}=${value}`)],
      // None is ambient: a kubelet gives those to nobody.
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: securityContext?.allowPrivilegeEscalation === false,
    },
    root: { path: image.root, readonly: securityContext?.readOnlyRootFilesystem },
    mounts: [...SYSTEM, ...mountsOf(overlay, pod, container, folder)],
    linux: {
      // hostNetwork: that of whoever starts it.
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
      seccomp: seccompFor(process.arch, capabilities),
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
};
