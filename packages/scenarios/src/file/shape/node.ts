import { z } from 'zod';
import { LESSON } from '../../cluster/lesson.ts';
import { LESSON_CLUSTER } from '../../cluster/lesson-scenario.ts';

const FOLDER = 'a folder that comes with the program (lesson, kube-proxy), or one beside this file: ./my-node';

const folder = z.strictObject({
  kind: z.literal('folder'),
  folder: z.string().min(1).describe(`what the node's own tools printed: ${FOLDER}`),
});

const cluster = z.strictObject({
  kind: z.literal('cluster'),
  objects: z.string().min(1).default(LESSON_CLUSTER.objects).describe('what kubectl get nodes,services,endpointslices -A -o json printed: ./objects.json'),
  node: z.string().min(1).default(LESSON_CLUSTER.node).describe("the node's name in the objects"),
  folder: z.string().min(1).default(LESSON_CLUSTER.folder).describe(`its interfaces and routes: ${FOLDER}`),
  proxyMode: z.enum(['iptables', 'nftables', 'ipvs']).default('iptables'),
  proxyFlags: z.array(z.string()).default([...LESSON_CLUSTER.proxyFlags]).describe("kube-proxy's own, each word by itself: [--cluster-cidr, 192.168.0.0/16]"),
});

export const nodeShape = z
  .discriminatedUnion('kind', [folder, cluster])
  .default({ kind: 'folder', folder: LESSON.node })
  .describe("a node as it was, or one of a cluster, with kube-proxy's rules for the objects");
