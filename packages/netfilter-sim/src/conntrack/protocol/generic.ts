import type { TrackInput, TrackVerdict } from './machine.ts';
import { refresh } from './refresh.ts';

/** Protocols without a machine of their own (nf_conntrack_proto_generic.c). */
export const trackGeneric = (input: TrackInput): TrackVerdict => {
  refresh(input, input.settings.genericTimeout);
  return 'accept';
};
