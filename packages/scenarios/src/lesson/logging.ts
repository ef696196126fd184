import { nslookupCommand } from './lookup.ts';
import type { LessonCluster } from './model/cluster.ts';
import { editedCorefile, loggingCorefile } from './model/corefile.ts';
import { afterRestart, lookupsOf } from './model/timeline.ts';
import { nslookupLines } from './print/nslookup.ts';
import type { Exhibit, LessonStep } from './step.ts';
import { needsIpvsWalk } from './step.ts';

const NAME = 'node-local-dns';

/** What the editor shows once the reader has changed it. */
const configMapExhibit = (corefile: string): Exhibit => ({
  commands: [`kubectl edit configmap ${NAME} -n kube-system`],
  output: [
    'apiVersion: v1',
    'data:',
    '  Corefile: |',
    ...corefile.trimEnd().split('\n').map((line) => `    ${line}`),
    'kind: ConfigMap',
    'metadata:',
    `  name: ${NAME}`,
    '  namespace: kube-system',
  ],
});

export const enableLog: LessonStep = {
  number: 22,
  title: 'The ConfigMap with log',
  show: (cluster) => [configMapExhibit(loggingCorefile(cluster))],
};

const restarted: Exhibit = { commands: [`kubectl rollout restart daemonset ${NAME} -n kube-system`], output: [`daemonset.apps/${NAME} restarted`] };

/** kubectl's rollout_status.go; one pod after the other, as no more than a tenth of them may be away at once. */
const rolloutStatus = ({ listing }: LessonCluster): Exhibit => {
  const pods = listing.pods.filter(({ labels }) => labels.get('k8s-app') === NAME).length;
  const waiting = `Waiting for daemon set "${NAME}" rollout to finish:`;
  return {
    commands: [`kubectl rollout status daemonset ${NAME} -n kube-system`],
    output: [
      ...Array.from({ length: pods }, (_, done) => `${waiting} ${done} out of ${pods} new pods have been updated...`),
      `${waiting} ${pods - 1} of ${pods} updated pods are available...`,
      `daemon set "${NAME}" successfully rolled out`,
    ],
  };
};

export const restart: LessonStep = {
  number: 23,
  title: 'New pods, which read it',
  show: (cluster) => [restarted, { ...rolloutStatus(cluster), see: 'A new pod begins with nothing cached.' }],
};

export const queryLog: LessonStep = {
  number: 24,
  title: 'Queries in the log',
  show: (cluster) => {
    // As it is typed: what the pod is called now, chance has named when it was restarted.
    const watch = 'kubectl logs -n kube-system $NODELOCAL_POD -f &';
    if (cluster.mode === 'ipvs') return [needsIpvsWalk([watch, ...['kubernetes.default', 'google.com'].map((name) => nslookupCommand(cluster, name))])];
    return [
      { commands: [watch], output: [] },
      ...lookupsOf(afterRestart(cluster)(24)).map(({ name, nameserver, result, lines }): Exhibit => ({
        commands: [nslookupCommand(cluster, name)],
        output: [...lines, ...nslookupLines(name, nameserver, result)],
      })),
      { commands: [], output: [], see: 'The search list is tried first, and each name is asked for both families: hence more lines than lookups.' },
    ];
  },
};

export const disableLog: LessonStep = {
  number: 25,
  title: 'The ConfigMap without log again',
  show: (cluster) => [configMapExhibit(editedCorefile(cluster)), restarted],
};
