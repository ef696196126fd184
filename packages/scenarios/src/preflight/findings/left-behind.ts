import type { Address, Host, Rule } from '@nodelocal/netfilter-sim';
import type { PreflightPlan } from '../node/plan.ts';

/** Something of a cache that runs here, or ran here and was killed. */
export type LeftBehind =
  | { readonly kind: 'link-there'; readonly device: string; readonly addresses: readonly Address[] }
  /** So many (`count`) of node-cache's. */
  | { readonly kind: 'rules-there'; readonly count: number };

/** Begins the comment of every rule that node-cache installs (cmd/node-cache/app/cache_app.go). */
const COMMENT = 'NodeLocal DNS Cache:';

export const findLeftBehind = ({ interfaces, ruleSets }: Host, { device }: PreflightPlan): readonly LeftBehind[] => {
  const link = interfaces.find(({ name }) => name === device);
  const rules = Object.values(ruleSets).flatMap(({ tables }) =>
    [...tables.values()].flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules.filter(isOfCache))),
  );
  return [
    ...(link === undefined ? [] : [{ kind: 'link-there' as const, device, addresses: link.addresses.map(({ address }) => address) }]),
    ...(rules.length === 0 ? [] : [{ kind: 'rules-there' as const, count: rules.length }]),
  ];
};

const isOfCache = ({ matches }: Rule): boolean => matches.some((match) => match.kind === 'comment' && match.text.startsWith(COMMENT));
