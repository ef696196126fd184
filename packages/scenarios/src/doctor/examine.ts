import { familyOf } from '@nodelocal/netfilter-sim';
import { findFaults } from './diagnoses/index.ts';
import type { DoctorReport, Looked } from './report.ts';
import type { DoctorPlan } from './scene/plan.ts';
import { sceneOf } from './scene/scene.ts';
import { isOpen, unknownOf } from './unknown.ts';
import { checkPlan } from '../preflight/node/check-plan.ts';

/**
 * What is wrong on a node with a cache, and what mends it. Nothing but what the plan has is looked at.
 * @throws InputError where the node's own files cannot be read; RangeError for an address or a port that is none
 */
export const doctor = (plan: DoctorPlan): DoctorReport => {
  checkPlan(plan);
  const scene = sceneOf(plan);
  const { node, device, addresses, pods, asked } = scene;
  const families = new Set(addresses.map(familyOf));
  const looked: Looked = {
    schema: 1,
    node: plan.snapshot.folder,
    device,
    addresses,
    pods: Object.values(pods),
    asked,
    unknown: unknownOf(scene),
    notes: node.notes.filter((note) => !('family' in note) || families.has(note.family)),
  };
  const [first, ...others] = findFaults(scene);
  if (first !== undefined) return { kind: 'to-mend', ...looked, faults: [first, ...others] };
  return addresses.length === 0 || looked.unknown.some(isOpen) ? { kind: 'not-known', ...looked } : { kind: 'sound', ...looked };
};
