/** Colours of a rendering; `PLAIN` leaves the text as it is. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly note: (text: string) => string;
}

const asIs = (text: string): string => text;

/** Paints nothing: for files, pipes and tests. */
export const PLAIN: Paint = { strong: asIs, faint: asIs, good: asIs, bad: asIs, note: asIs };
