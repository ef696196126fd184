import { endpointText } from '../../address.ts';
import type { PrometheusValue } from './setup.ts';

export const describe = ({ endpoint, runtimeMetrics }: PrometheusValue): readonly string[] => [
  `prometheus ${endpointText(endpoint)}${runtimeMetrics ? ' runtime_metrics' : ''}`,
];
