import { CorefileError } from '../../corefile/error.ts';
import { firstOf } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** `trace` sends spans to Zipkin, Datadog and others, for which this package would have to depend on their clients. */
export const setup = ({ entries }: Written): never => {
  const mend = 'remove it; log tells of each query, prometheus of all of them, and pprof where the time goes';
  throw new CorefileError(firstOf(entries).name, "directive 'trace' is not built", mend);
};
