import { notModelled } from '../../shared/not-modelled.ts';
import type { MatchResult } from '../../shared/outcome.ts';
import { isWhole } from '../extension/option-values.ts';
import { ALL_PORTS } from './ports.ts';
import type { PortTests } from './ports.ts';

/** For a packet that was written without its ports: they could be any. */
export const unwrittenPorts = ({ sport, dport }: PortTests, whose: string): MatchResult => {
  const asked = [sport, dport].some((test) => test !== undefined && (!isWhole(test.ports, ALL_PORTS) || test.inverted));
  return asked ? notModelled(`the ports of ${whose} that was written without them`) : 'match';
};
