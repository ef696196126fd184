import type { ListedNode, ListedPod, ListedService } from '../../kubernetes/listing/listing.ts';
import { ageText } from './age.ts';
import { tableLines } from './table.ts';

/*
 * What `kubectl get` prints of objects (pkg/printers/internalversion/printers.go of Kubernetes 1.34). `now` is in seconds since 1970;
 * what is created later is not there yet.
 */

const NONE = '<none>';

const existing = <Kind extends { readonly createdAt: number }>(objects: readonly Kind[], now: number): readonly Kind[] => objects.filter(({ createdAt }) => createdAt <= now);

const orNone = (text: string | undefined): string => (text === undefined || text === '' ? NONE : text);

/** `kubectl get nodes -o wide`. */
export const nodeLines = (nodes: readonly ListedNode[], now: number): readonly string[] =>
  tableLines([
    ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION', 'INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'],
    ...existing(nodes, now).map((node) => [
      node.name,
      node.isReady ? 'Ready' : 'NotReady',
      orNone(node.roles.join(',')),
      ageText(now - node.createdAt),
      node.kubeletVersion,
      orNone(node.internalIp),
      orNone(node.externalIp),
      node.osImage,
      node.kernelVersion,
      node.containerRuntime,
    ]),
  ]);

const portText = ({ port, nodePort, protocol }: ListedService['ports'][number]): string => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`;

/** `kubectl get services` of one namespace. */
export const serviceLines = (services: readonly ListedService[], now: number): readonly string[] =>
  tableLines([
    ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
    ...existing(services, now).map(({ name, type, clusterIp, externalIps, ports, createdAt }) => [
      name,
      type,
      clusterIp,
      orNone(externalIps.join(',')),
      orNone(ports.map(portText).join(',')),
      ageText(now - createdAt),
    ]),
  ]);

/** `kubectl get pods -o wide` of one namespace. */
export const podLines = (pods: readonly ListedPod[], now: number): readonly string[] =>
  tableLines([
    ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'],
    ...existing(pods, now).map(({ name, containers, phase, createdAt, ip, nodeName }) => [
      name,
      `${containers.filter(({ isReady }) => isReady).length}/${containers.length}`,
      phase,
      String(containers.reduce((sum, { restarts }) => sum + restarts, 0)),
      ageText(now - createdAt),
      orNone(ip),
      orNone(nodeName),
      NONE,
      NONE,
    ]),
  ]);
