import { entryOf } from '../../conntrack/table.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';

/** Names a label of the packet's connection among what may have changed. */
export const labelKey = ({ conntrack }: Flight, label: number): string =>
  conntrack.kind === 'tracked' ? `label ${label} of connection ${conntrack.entry}` : '';

export const hasLabel = ({ state }: Environment, { conntrack }: Flight, label: number): boolean =>
  conntrack.kind === 'tracked' && entryOf(state.conntrack, conntrack.entry).labels.includes(label);

export const addLabel = ({ state }: Environment, { conntrack }: Flight, label: number): void => {
  if (conntrack.kind === 'tracked') entryOf(state.conntrack, conntrack.entry).labels.push(label);
};
