/** What is known of a client. */
export interface ClientCounts {
  /** Its address, or the network that it is counted with. */
  readonly client: string;
  /** How many it asked: never too few. */
  readonly queries: number;
  /** By how much that may be too many: what others had that were counted in its place before. */
  readonly surplus: number;
  /** How many were for names and types that do not exist, since the client has its place. */
  readonly denials: number;
  /** How many came to SERVFAIL, REFUSED, and whatever else is no answer; and silence. */
  readonly failures: number;
  /** How many of the names that were asked for last nobody else asked for. */
  readonly ownNames: number;
}

/** Who makes the load. */
export interface ClientReport {
  /** Who asks most comes first. */
  readonly clients: readonly ClientCounts[];
  /** How many there were, of all clients. */
  readonly queries: number;
  /** A client that is not listed has no more than these. */
  readonly floor: number;
  /** How many have series of their own in the metrics. */
  readonly series: number;
}

const sumOf = (reports: readonly ClientReport[], of: (report: ClientReport) => number): number => reports.reduce((sum, report) => sum + of(report), 0);

const byQueries = (one: ClientCounts, other: ClientCounts): number => other.queries - one.queries || (one.client < other.client ? -1 : 1);

/** The first so many; those who are left out have what the first of them has. */
export const firstClients = (report: ClientReport, most: number): ClientReport => {
  const clients = report.clients.toSorted(byQueries);
  return { ...report, clients: clients.slice(0, most), floor: Math.max(report.floor, clients[most]?.queries ?? 0) };
};

/** What several have counted, each of queries of its own. `undefined` where nobody counts. */
export const mergeReports = (reports: readonly ClientReport[]): ClientReport | undefined => {
  if (reports.length < 2) return reports[0];
  const floor = sumOf(reports, (report) => report.floor);
  const merged = new Map<string, ClientCounts>();
  for (const report of reports) {
    for (const counts of report.clients) {
      const { client } = counts;
      // Who is not listed elsewhere may have asked there all the same.
      const before = merged.get(client) ?? { client, queries: floor, surplus: floor, denials: 0, failures: 0, ownNames: 0 };
      merged.set(client, {
        client,
        queries: before.queries - report.floor + counts.queries,
        surplus: before.surplus - report.floor + counts.surplus,
        denials: before.denials + counts.denials,
        failures: before.failures + counts.failures,
        ownNames: before.ownNames + counts.ownNames,
      });
    }
  }
  return {
    clients: [...merged.values()].toSorted(byQueries),
    queries: sumOf(reports, (report) => report.queries),
    floor,
    series: Math.max(...reports.map(({ series }) => series)),
  };
};
