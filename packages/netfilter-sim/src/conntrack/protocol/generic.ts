import type { TrackInput, TrackVerdict } from './machine.ts';
import { refresh } from './refresh.ts';

/** Protocols without a machine of their own (nf_conntrack_proto_generic.c). */
export const trackGeneric = ({ entry, now, settings }: TrackInput): TrackVerdict => {
  refresh(entry, settings.genericTimeout, now);
  return 'accept';
};
