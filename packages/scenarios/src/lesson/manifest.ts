import { editedCorefile, substitutions } from './model/corefile.ts';
import { clusterDns } from './model/services.ts';
import type { LessonStep } from './step.ts';

const FILE = 'nodelocaldns.yaml';

export const copyManifest: LessonStep = {
  number: 3,
  title: 'A copy of the manifest',
  show: () => [{ commands: [`cp nodelocal-dnscache/${FILE} .`], output: [], see: 'Nothing is printed.' }],
};

export const setVariables: LessonStep = {
  number: 4,
  title: 'What is to be filled in',
  show: (cluster) => [
    {
      commands: ['kubedns=$(kubectl get svc kube-dns -n kube-system -o jsonpath={.spec.clusterIP})', 'echo "kube-dns ClusterIP: $kubedns"'],
      output: [`kube-dns ClusterIP: ${clusterDns(cluster)}`],
    },
    { commands: [`domain="${cluster.domain}"`, `localdns="${cluster.localDns}"`], output: [] },
  ],
};

const PLACEHOLDER = /__PILLAR__[A-Z_]+__/g;

export const fillIn: LessonStep = {
  number: 5,
  title: 'The manifest filled in for the mode of kube-proxy',
  show: (cluster) => {
    const left = [...new Set(editedCorefile(cluster).match(PLACEHOLDER))];
    const words = substitutions(cluster).map(({ from, to }) => `s/${from}/${to}/g`);
    return [{ commands: [`sed -i "${words.join('; ')}" ${FILE}`], output: [], see: `node-cache itself will see to what is left in the Corefile: ${left.join(' and ')}.` }];
  },
};
