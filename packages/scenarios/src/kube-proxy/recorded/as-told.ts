import type { KubernetesObjects } from '../../kubernetes/objects.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';

/**
 * The objects as the recorded kube-proxy took them. It asks the API for its own Node alone, by a field selector, and takes the zone
 * of whichever Node it is told of last (pkg/proxy/config/config.go of 1.34, handleNodeEvent); the API of the recordings knew no
 * selectors, and told it of all of them: wherever hints decide, those for the zone of the last one counted.
 */
export const asTold = (objects: KubernetesObjects): KubernetesObjects => {
  const zone = objects.nodes.at(-1)?.labels.get(ZONE_LABEL);
  if (zone === undefined) return objects;
  return { ...objects, nodes: objects.nodes.map((node) => ({ ...node, labels: new Map([...node.labels, [ZONE_LABEL, zone]]) })) };
};
