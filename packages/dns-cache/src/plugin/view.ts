import type { Request } from './handler.ts';

/** What a view may look at. */
export type ViewedQuery = Pick<Request, 'query' | 'name' | 'transport' | 'client' | 'local' | 'labels'>;

/** Which queries for its zones a server block takes; others go to the next block that has them. */
export interface View {
  /** '' where it has none; metrics label it. */
  readonly name: string;
  /** Whether it takes a query. */
  readonly takes: (query: ViewedQuery) => boolean;
}
