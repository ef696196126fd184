/** Why bytes are no DNS message that we take. */
export type MalformedReason =
  | 'shorter-than-header'
  | 'counts-exceed-length'
  | 'question-count'
  | 'cut-short'
  | 'label-type'
  | 'name-too-long'
  | 'pointer-not-backwards'
  | 'pointer-into-header'
  | 'pointer-into-record'
  | 'too-many-pointers'
  | 'question-compressed'
  | 'rdata-length'
  | 'opt-repeated'
  | 'opt-misplaced'
  | 'opt-owner'
  | 'opt-options'
  | 'tsig-not-last';

/** Octets that are no message. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly reason: MalformedReason;
}

export const malformed = (reason: MalformedReason): Malformed => ({ kind: 'malformed', reason });
