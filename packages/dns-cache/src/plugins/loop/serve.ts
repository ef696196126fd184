import type { Endpoint } from '../../address.ts';
import { endpointText } from '../../address.ts';
import type { AskMessage } from '../../message/ask.ts';
import { readReply, writeAsk } from '../../message/ask.ts';
import type { WireName } from '../../message/name.ts';
import { foldedText, foldName, readNameText } from '../../message/name.ts';
import { CLASS, TYPE } from '../../message/numbers.ts';
import { threadOf } from '../../message/share.ts';
import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { PLAIN_CONNECTION } from '../../upstream/target.ts';
import type { LoopValue } from './setup.ts';

/** CoreDNS plugin/loop/loop.go and setup.go. */
const SIGHTINGS_MAX = 2;
const PROBING_MS = 30_000;
const ATTEMPT_MS = 2000;
const RETRY_MS = 1000;

const HELP = 'https://coredns.io/plugins/loop#troubleshooting';

/** 62 random bits in decimal. */
const randomLabel = (random: () => number): string => {
  const half = (): bigint => BigInt(Math.floor(random() * 2 ** 31));
  return String((half() << 31n) | half());
};

/** The name to probe with: as only we know it, no client can make us believe in a loop (CVE-2026-26018). */
const probeName = (zone: LoopValue, random: () => number): WireName | undefined => {
  const suffix = zone.text === '.' ? '' : zone.text;
  return readNameText(`${randomLabel(random)}.${randomLabel(random)}.${suffix}`);
};

const probeOf = (name: WireName, id: number): AskMessage => ({
  id,
  question: { name, type: TYPE.HINFO, class: CLASS.IN },
  recursionDesired: true,
  checkingDisabled: false,
  authenticated: false,
  edns: undefined,
});

/** As often as this a name is drawn, until the thread that probes is the one to which it would come back. */
const DRAWS_MAX = 1000;

/** A question that comes back to whoever asks it, where it comes back. */
const ownQuestion = (zone: LoopValue, { runtime, share }: Site): WireName | undefined => {
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const name = probeName(zone, () => runtime.random());
    if (name === undefined || threadOf(writeAsk(probeOf(name, 0)), share) === share.own) return name;
  }
  return undefined;
};

/** Where to reach a listener from here. */
const reachable = ({ address, port }: Endpoint): Endpoint => {
  if (address === '' || address === '0.0.0.0') return { address: '127.0.0.1', port };
  return { address: address === '::' ? '::1' : address, port };
};

/**
 * Asks this server itself for a name that nobody else knows, once it listens. Who meets that question more than twice
 * has an upstream that leads back here, and had better not run.
 */
export const serve = (zone: LoopValue, site: Site, next: Handler): Handler => {
  const { runtime } = site;
  // The probe goes over UDP, which no listener over TLS takes.
  const listener = site.endpoints.find(({ scheme }) => scheme === 'dns');
  const name = ownQuestion(zone, site);
  // No name fits below a zone of the utmost length, and then there is nothing to probe.
  if (name === undefined || listener === undefined) return next;
  const folded = foldName(name);
  let probing = false;
  let sightings = 0;

  const attempt = (deadline: number): void => {
    sightings = 0;
    const id = Math.floor(runtime.random() * 0x10000);
    const ask = probeOf(name, id);
    const tryAgain = (): void => {
      exchange.abandon();
      runtime.timers.cancel(timer);
      if (runtime.now() + RETRY_MS >= deadline) probing = false;
      else runtime.timers.set(runtime.now() + RETRY_MS, () => attempt(deadline));
    };
    const timer = runtime.timers.set(runtime.now() + ATTEMPT_MS, tryAgain);
    const exchange = runtime.ask(
      {
        purpose: 'probe',
        upstream: reachable(listener),
        transport: 'udp',
        message: writeAsk(ask),
        connection: PLAIN_CONNECTION,
        insteadOf: undefined,
      },
      (event) => {
        if (event.kind === 'failure') tryAgain();
        else if (readReply(event.message, ask, 'udp').kind === 'reply') {
          // Whatever the answer is: the probe has been all the way, and was not seen too often.
          probing = false;
          exchange.abandon();
          runtime.timers.cancel(timer);
        }
      },
    );
  };

  site.atStart(() => {
    probing = true;
    attempt(runtime.now() + PROBING_MS);
  });

  return (request, answer) => {
    if (probing && request.query.question.type === TYPE.HINFO && request.name === folded) {
      sightings += 1;
      if (sightings > SIGHTINGS_MAX) {
        probing = false;
        const way = `${endpointText(request.client)} -> ${endpointText(listener)}`;
        const line = `Loop (${way}) detected for zone "${zone.text}", see ${HELP}. Query: "HINFO ${foldedText(folded)}"`;
        runtime.emit({ kind: 'log', level: 'fatal', line: `[FATAL] plugin/loop: ${line}` });
      }
    }
    next(request, answer);
  };
};
