/** Never a guess: the walk stops here and says what is missing. */
export interface NotModelled {
  readonly kind: 'not-modelled';
  readonly what: string;
}

export const notModelled = (what: string): NotModelled => ({ kind: 'not-modelled', what });
