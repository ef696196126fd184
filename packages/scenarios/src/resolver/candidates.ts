import type { ResolverConfig } from './config.ts';

/** A name to ask for. */
export interface Candidate {
  /** Fully qualified, as it goes into a query. */
  readonly name: string;
  /** The name that was looked up itself, without a search domain. */
  readonly asIs: boolean;
}

/** The names that a lookup asks for, in order (`__res_context_search`, resolv/res_query.c, glibc 2.36). */
export const candidatesOf = (name: string, { search, ndots }: ResolverConfig): readonly Candidate[] => {
  if (name.endsWith('.')) return [{ name, asIs: true }];
  const itself: Candidate = { name: `${name}.`, asIs: true };
  const dots = name.split('.').length - 1;
  const searched = search
    .filter((domain) => domain !== '')
    .map((domain): Candidate => ({ name: `${name}.${domain}.`, asIs: false }));
  return dots >= ndots ? [itself, ...searched] : [...searched, itself];
};
