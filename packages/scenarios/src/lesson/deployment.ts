import { podLines, serviceLines } from './print/objects.ts';
import type { LessonStep } from './step.ts';

const SYSTEM = 'kube-system';

export const create: LessonStep = {
  number: 8,
  title: 'The manifest given to the cluster',
  show: ({ manifest }) => [{ commands: ['kubectl create -f nodelocaldns.yaml'], output: manifest.map((object) => `${object} created`) }],
};

export const cachePods: LessonStep = {
  number: 9,
  title: 'A cache on each node',
  show: ({ listing }, now) => [
    {
      commands: ['kubectl get pods -n kube-system -l k8s-app=node-local-dns -o wide'],
      output: podLines(
        listing.pods.filter(({ namespace, labels }) => namespace === SYSTEM && labels.get('k8s-app') === 'node-local-dns'),
        now,
      ),
      see: 'They have no network of their own: their addresses are those of the nodes.',
    },
  ],
};

export const upstreamService: LessonStep = {
  number: 10,
  title: 'The Service that the caches ask',
  show: ({ listing, mode }, now) => [
    {
      commands: ['kubectl get svc -n kube-system | grep dns'],
      output: serviceLines(
        listing.services.filter(({ namespace }) => namespace === SYSTEM),
        now,
      ).filter((line) => line.includes('dns')),
      ...(mode === 'ipvs' ? { see: 'In IPVS mode the caches ask kube-dns itself, whose address they leave to kube-proxy.' } : {}),
    },
  ],
};
