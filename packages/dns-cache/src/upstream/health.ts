import type { Ask, Runtime } from '../engine/runtime.ts';
import { readReply, writeAsk } from '../message/ask.ts';
import type { WireName } from '../message/name.ts';
import { CLASS, TYPE } from '../message/numbers.ts';
import { PROBE_INTERVAL_MIN_MS, PROBE_TIMEOUT_MS } from './limits.ts';
import type { Target } from './target.ts';
import { transportTo } from './target.ts';

/** Whether an upstream is up. It is probed only after it gave reason to doubt it, and until it answers. */
export interface Health {
  /** More probes than allowed have failed, and none has succeeded since. */
  readonly isDown: boolean;
  /** An attempt failed, or another upstream had to step in: probe it, unless that is under way. */
  doubt(): void;
  /** It replied to something. */
  confirm(): void;
  /** It is an upstream no longer. */
  retire(): void;
}

/** How upstreams are probed: `health_check` and `max_fails` of a Corefile. */
export interface ProbeSettings {
  /** 0 takes every upstream for up, and probes none. */
  readonly maxFails: number;
  readonly intervalMs: number;
  readonly recursionDesired: boolean;
  readonly domain: WireName;
  /** The transport to a target without TLS. */
  readonly transport: 'udp' | 'tcp';
}

/** CoreDNS plugin/pkg/proxy/health.go: asks for the NS records of a domain; any reply at all will do. */
export const createHealth = (runtime: Runtime, target: Target, settings: ProbeSettings): Health => {
  const intervalMs = Math.max(settings.intervalMs, PROBE_INTERVAL_MIN_MS);
  const question = { name: settings.domain, type: TYPE.NS, class: CLASS.IN };
  const transport = transportTo(target, settings.transport);
  // A connection that was kept would say little about whether new ones can be made.
  const connection = { ...target.connection, expireMs: 0 };
  let fails = 0;
  let probe: { readonly stop: () => void } | undefined;
  let retired = false;

  const stop = (): void => {
    probe?.stop();
    probe = undefined;
  };
  const confirm = (): void => {
    fails = 0;
    stop();
  };

  const wait = (ms: number, then: () => void): (() => void) => {
    const { waiting } = runtime;
    const timer = waiting.timers.set(waiting.now() + ms, then);
    return () => waiting.timers.cancel(timer);
  };

  const tryAgain = (): void => {
    stop();
    probe = { stop: wait(intervalMs, send) };
  };

  const fail = (): void => {
    fails += 1;
    const labels = ['forward', target.text];
    runtime.emit({ kind: 'metric', metric: 'coredns_proxy_healthcheck_failures_total', labels, value: 1 });
    tryAgain();
  };

  const send = (): void => {
    const id = Math.floor(runtime.random() * 0x10000);
    const message = writeAsk({
      id,
      question,
      recursionDesired: settings.recursionDesired,
      checkingDisabled: false,
      authenticated: false,
      edns: undefined,
    });
    const { endpoint: upstream } = target;
    const ask: Ask = { purpose: 'probe', upstream, transport, message, connection, insteadOf: undefined };
    const exchange = runtime.ask(ask, (event) => {
      // What we lack says nothing about the upstream.
      if (event.kind === 'failure' && event.reason === 'no-descriptors') tryAgain();
      else if (event.kind === 'failure') fail();
      else if (['reply', 'bare-error', 'spoiled'].includes(readReply(event.message, { id, question }, transport).kind)) confirm();
    });
    const unset = wait(PROBE_TIMEOUT_MS, fail);
    probe = {
      stop() {
        unset();
        exchange.abandon();
      },
    };
  };

  return {
    get isDown() {
      return settings.maxFails > 0 && fails > settings.maxFails;
    },
    doubt() {
      if (settings.maxFails > 0 && probe === undefined && !retired) send();
    },
    confirm,
    retire() {
      retired = true;
      stop();
    },
  };
};
