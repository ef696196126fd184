import type { Host } from '../host/host.ts';
import { printNftPlace } from '../ruleset/nftables/values/place.ts';
import type { TraceStep } from '../trace/step.ts';

/** How a claim names the place of a step. */
export const placeOf = (step: TraceStep): string | undefined => {
  if (step.kind === 'nft-rule') return printNftPlace(step);
  if (step.kind !== 'rule') return undefined;
  const where = `${step.table} ${step.chain}`;
  return step.text.startsWith('policy') ? `${where} policy` : `${where} rule ${step.number}`;
};

/** Whether a host has a rule, or a policy, of that name. */
export const hasPlace = ({ ruleSets, nftables }: Host, place: string): boolean =>
  Object.values(ruleSets).some(({ tables }) =>
    [...tables.values()].some((table) =>
      [...table.chains.values()].some(({ name, policy, rules }) => {
        const where = `${table.name} ${name}`;
        if (place === `${where} policy`) return policy !== 'none';
        // A chain's end counts as one more than its rules.
        const number = /^ rule ([1-9]\d*)$/.exec(place.startsWith(where) ? place.slice(where.length) : '')?.[1];
        return number !== undefined && Number(number) <= rules.length + 1;
      }),
    ),
  ) ||
  nftables.tables.some(({ family, name: table, chains }) =>
    [...chains.values()].some(
      ({ name: chain, base, rules }) =>
        (base !== undefined && place === printNftPlace({ family, table, chain, handle: 0 })) ||
        rules.some(({ handle }) => place === printNftPlace({ family, table, chain, handle })),
    ),
  );
