/** Colours of a rendering; `PLAIN` leaves the text as it is. */
export interface Paint {
  /** For what one looks for first: headings, names of hooks. */
  readonly strong: (text: string) => string;
  /** For what says that nothing happened. */
  readonly faint: (text: string) => string;
  /** For what went as it should. */
  readonly good: (text: string) => string;
  /** For what was lost or refused. */
  readonly bad: (text: string) => string;
  /** For what belongs to something else: stages, remarks. */
  readonly note: (text: string) => string;
}

const asIs = (text: string): string => text;

/** Paints nothing: for files, pipes and tests. */
export const PLAIN: Paint = { strong: asIs, faint: asIs, good: asIs, bad: asIs, note: asIs };
