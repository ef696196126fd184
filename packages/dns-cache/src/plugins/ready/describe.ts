import { endpointText } from '../../address.ts';
import type { ReadyValue } from './setup.ts';

export const describe = ({ endpoint, monitor }: ReadyValue): readonly string[] => [
  `ready ${endpointText(endpoint)} monitor ${monitor}`,
];
