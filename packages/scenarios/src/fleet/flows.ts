import { CONNTRACK_DEFAULTS, seconds } from '@nodelocal/netfilter-sim';

/** After so long a flow of UDP that was answered counts as a stream (nf_conntrack_proto_udp.c, 6.12). */
const STREAM_AFTER_MS: number = seconds(2);

/** What is left of a connection that one side closed, or that was given up. */
const TCP_END_MS: number = Math.max(CONNTRACK_DEFAULTS.tcpTimeouts.TIME_WAIT, CONNTRACK_DEFAULTS.tcpTimeouts.FIN_WAIT);

/** An entry of UDP on a node. */
export interface Flow {
  /** The number of the server that kube-proxy chose for it. */
  readonly backend: number;
  readonly createdMs: number;
  isAnswered: boolean;
  expiresMs: number;
}

/** The conntrack entries of one node, as far as DNS makes them: counted, each as long as it is there. */
export interface Flows {
  /** The entry of this socket towards that server, if it is there still. */
  find(key: string, nowMs: number): Flow | undefined;
  /** A first packet: `backend` is the number of the server that it was led to. */
  open(key: string, backend: number, nowMs: number): Flow;
  /** A packet of it passed. */
  packet(flow: Flow, direction: 'original' | 'reply', nowMs: number): void;
  /** It was deleted: `conntrack -D`, as kube-proxy does for endpoints of UDP that are gone. */
  remove(key: string, nowMs: number): void;
  /** A connection of TCP stood from then until now, when it ended. */
  connection(openedMs: number, closedMs: number): void;
  /** Entries at each second until `endMs`. */
  count(endMs: number): readonly number[];
}

/** Entries of conntrack as they come and go, none of them yet. */
export const createFlows = (): Flows => {
  const flows = new Map<string, Flow>();
  /** By seconds: how many more there are than the second before. */
  const changes: number[] = [];
  const note = (fromMs: number, untilMs: number): void => {
    const [from, until] = [Math.ceil(fromMs / 1000), Math.ceil(untilMs / 1000)];
    changes[from] = (changes[from] ?? 0) + 1;
    changes[until] = (changes[until] ?? 0) - 1;
  };
  return {
    find(key, nowMs) {
      const flow = flows.get(key);
      if (flow === undefined || flow.expiresMs > nowMs) return flow;
      note(flow.createdMs, flow.expiresMs);
      flows.delete(key);
      return undefined;
    },
    open(key, backend, nowMs) {
      const flow = { backend, createdMs: nowMs, isAnswered: false, expiresMs: nowMs + CONNTRACK_DEFAULTS.udpTimeout };
      flows.set(key, flow);
      return flow;
    },
    packet(flow, direction, nowMs) {
      const isStream = flow.isAnswered && nowMs > flow.createdMs + STREAM_AFTER_MS;
      flow.expiresMs = nowMs + (isStream ? CONNTRACK_DEFAULTS.udpTimeoutStream : CONNTRACK_DEFAULTS.udpTimeout);
      // Behind that, as in the kernel (nf_conntrack_in): the first answer does not make it a stream yet.
      flow.isAnswered ||= direction === 'reply';
    },
    remove(key, nowMs) {
      const flow = flows.get(key);
      if (flow !== undefined) note(flow.createdMs, nowMs);
      flows.delete(key);
    },
    connection: (openedMs, closedMs) => note(openedMs, closedMs + TCP_END_MS),
    count(endMs) {
      for (const { createdMs, expiresMs } of flows.values()) note(createdMs, expiresMs);
      flows.clear();
      let now = 0;
      return Array.from({ length: Math.ceil(endMs / 1000) }, (_, second) => {
        now += changes[second] ?? 0;
        return now;
      });
    },
  };
};
