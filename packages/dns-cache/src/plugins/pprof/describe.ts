import { endpointText } from '../../address.ts';
import type { PprofValue } from './setup.ts';

export const describe = ({ endpoint, blockRate }: PprofValue): readonly string[] => [
  `pprof ${endpointText(endpoint)}${blockRate === 0 ? '' : ` block ${blockRate}`}`,
];
