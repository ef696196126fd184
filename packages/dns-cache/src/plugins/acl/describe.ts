import { networkText } from '../../address.ts';
import { typeName } from '../../message/numbers.ts';
import type { AclPolicy, AclValue } from './setup.ts';

const describePolicy = ({ action, types, networks }: AclPolicy): string => {
  const asked = types === undefined ? '*' : types.map(typeName).join(' ');
  const sources = networks === undefined ? '*' : networks.map(networkText).join(' ');
  return `  ${action} type ${asked} net ${sources}`;
};

export const describe = (rules: AclValue): readonly string[] =>
  rules.flatMap(({ zones, policies }) => [
    `acl for ${zones.map(({ text }) => text).join(' ')}`,
    ...policies.map(describePolicy),
  ]);
