import { elementKey } from './element-key.ts';
import type { Chain, Container, Table, VerdictElement } from './table.ts';

/*
 * What a kube-proxy that runs leaves in the kernel, other than one that starts afresh would.
 */

/** What was there stays where it is in the kernel's list; what is new comes last. */
const inOrder = <Named extends { readonly name: string }>(earlier: readonly Named[], now: readonly Named[], left: (named: Named) => readonly Named[]): readonly Named[] => {
  const current = new Map(now.map((named) => [named.name, named]));
  const known = new Set(earlier.map(({ name }) => name));
  return [
    ...earlier.flatMap((named) => {
      const still = current.get(named.name);
      return still === undefined ? left(named) : [still];
    }),
    ...now.filter(({ name }) => !known.has(name)),
  ];
};

/**
 * A chain that is wanted no more is emptied, and deleted by a later round: kernels before 6.2 hold for a moment that the map
 * which no longer names it still does (pkg/proxy/nftables/proxier.go of 1.34, staleChains). There is no later round until
 * something else changes.
 */
const emptied = ({ name }: Chain): readonly Chain[] => [{ name, lines: [] }];

/** Maps are changed by element, and one with the verdict that it had is left alone, with whatever comment it had (ensureElem). */
const withOldComments = (earlier: readonly VerdictElement[], now: readonly VerdictElement[]): readonly VerdictElement[] => {
  const old = new Map(earlier.map((element) => [elementKey(element), element]));
  return now.map((element) => {
    const before = old.get(elementKey(element));
    return before?.verdict === element.verdict ? before : element;
  });
};

const changed = (earlier: readonly Container[], now: Container): Container => {
  if (now.kind === 'set') return now;
  const before = earlier.find(({ name }) => name === now.name);
  return before?.kind === 'map' ? { ...now, elements: withOldComments(before.elements, now.elements) } : now;
};

/** What the kernel has when a kube-proxy that had written `earlier` has written `now` over it. Sets go at once. */
export const writtenOver = (earlier: Table, now: Table): Table => ({
  family: now.family,
  containers: inOrder(
    earlier.containers,
    now.containers.map((container) => changed(earlier.containers, container)),
    () => [],
  ),
  chains: inOrder(earlier.chains, now.chains, emptied),
});
