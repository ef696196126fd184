import { describeRows } from './row.ts';
import { tcpRows } from './rows/tcp.ts';
import { tcpUpstreamRows } from './rows/tcp-upstream.ts';

describeRows('Clients over TCP', tcpRows);
describeRows('Upstreams over TCP', tcpUpstreamRows);
