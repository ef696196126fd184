import type { HostLookup } from '../../plugin/lookup.ts';
import type { Destination } from './destination.ts';
import type { ForwardRule, ForwardValue } from './rule.ts';

const lookupOf = (destination: Destination, { resolvers }: ForwardRule): readonly HostLookup[] => {
  const { position } = destination;
  switch (destination.kind) {
    case 'endpoint':
    case 'file':
      return [];
    case 'host':
      return [{ host: destination.host, resolvers, unlessFile: undefined, position }];
    case 'file-or-host':
      return [{ host: destination.host.host, resolvers, unlessFile: destination.file.path, position }];
  }
};

/** The hosts that rules forward to. */
export const lookups = (rules: ForwardValue): readonly HostLookup[] =>
  rules.flatMap((rule) => rule.destinations.flatMap((destination) => lookupOf(destination, rule)));
