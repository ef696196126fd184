import type { ClientReport } from '../clients/report.ts';
import { firstClients } from '../clients/report.ts';
import type { Counts } from './counts.ts';

/** The series of those clients that ask most: found anew each time, so that there are never more. */
export const clientCounts = (report: ClientReport): Counts => {
  const { clients, floor } = firstClients(report, report.series);
  return {
    samples: [
      ...clients.flatMap(({ client, queries, denials, failures, ownNames }) => [
        { name: 'coredns_clients_queries' as const, labels: [client], value: queries },
        { name: 'coredns_clients_denials' as const, labels: [client], value: denials },
        { name: 'coredns_clients_failures' as const, labels: [client], value: failures },
        { name: 'coredns_clients_own_names' as const, labels: [client], value: ownNames },
      ]),
      { name: 'coredns_clients_queries_error', labels: ['shown'], value: Math.max(0, ...clients.map(({ surplus }) => surplus)) },
      { name: 'coredns_clients_queries_error', labels: ['others'], value: floor },
    ],
    distributions: [],
  };
};
