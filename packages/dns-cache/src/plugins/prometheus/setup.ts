import type { Endpoint } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import { notBuilt, onlyOnce, refuseBody, takeArguments, takeEndpoint, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface PrometheusValue {
  readonly endpoint: Endpoint;
  readonly runtimeMetrics: boolean;
  readonly position: Position;
}

/** `prometheus [ADDRESS] { runtime_metrics }` (CoreDNS plugin/metrics/setup.go). */
export const setup = ({ entries }: Written): PrometheusValue => {
  const entry = onlyOnce(entries);
  const [address] = takeArguments(entry, 0, 1);
  for (const option of entry.body) {
    const { name } = option;
    if (name.text === 'tls') throw notBuilt("option 'tls' of 'prometheus'", name);
    if (name.text !== 'runtime_metrics') throw unknownOption(name, 'prometheus', ['runtime_metrics']);
    refuseBody(option);
    takeArguments(option, 0, 0);
  }
  return {
    endpoint: address === undefined ? { address: 'localhost', port: 9153 } : takeEndpoint(address),
    runtimeMetrics: entry.body.length > 0,
    position: address ?? entry.name,
  };
};
