import type { Exchange } from '../../preflight/way/exchange.ts';
import { besides } from '../scene/away.ts';
import type { Scene } from '../scene/scene.ts';
import { findAddressMissing } from './address-missing.ts';
import type { AddressMissing } from './address-missing.ts';
import { findAddressOfIpvs } from './address-of-ipvs.ts';
import type { AddressOfIpvs } from './address-of-ipvs.ts';
import { findBlocked } from './blocked.ts';
import type { Blocked } from './blocked.ts';
import { findLeftEntries } from './left-entries.ts';
import type { LeftEntries } from './left-entries.ts';
import { findNoAddress } from './no-address.ts';
import type { NoAddress } from './no-address.ts';
import { findNotListening } from './not-listening.ts';
import type { NotListening } from './not-listening.ts';
import { findOtherBackEnd } from './other-back-end.ts';
import type { OtherBackEnd } from './other-back-end.ts';
import { findOverruled } from './overruled.ts';
import type { Overruled } from './overruled.ts';
import { findReversePath } from './reverse-path.ts';
import type { ReversePath } from './reverse-path.ts';
import { findRouted } from './routed-elsewhere.ts';
import type { RoutedElsewhere } from './routed-elsewhere.ts';
import { findRulesDoubled } from './rules-doubled.ts';
import type { RulesDoubled } from './rules-doubled.ts';
import { findRulesMissing } from './rules-missing.ts';
import type { RulesMissing } from './rules-missing.ts';
import { findRulesStale } from './rules-stale.ts';
import type { RulesStale } from './rules-stale.ts';
import { findUnexplained } from './unexplained.ts';
import type { Unexplained } from './unexplained.ts';
import { findUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

/** Something that is to be mended on a node, with the commands that do it. */
export type Fault =
  | NoAddress
  | AddressOfIpvs
  | RulesStale
  | AddressMissing
  | NotListening
  | RoutedElsewhere
  | ReversePath
  | RulesMissing
  | Blocked
  | Overruled
  | Upstream
  | Unexplained
  | OtherBackEnd
  | RulesDoubled
  | LeftEntries;

/** In the order in which they are told and mended: links before rules, since rules without an address lead nowhere. */
export const findFaults = (scene: Scene): readonly Fault[] => {
  const gone = [...findAddressOfIpvs(scene), ...findRulesStale(scene)];
  return [...findNoAddress(scene), ...gone, ...findOthers(besides(scene, gone.map(({ address }) => address)))];
};

const findOthers = (scene: Scene): readonly Fault[] => {
  const first: readonly Fault[] = [
    ...findAddressMissing(scene),
    ...findNotListening(scene),
    ...findRouted(scene),
    ...findReversePath(scene),
    ...findRulesMissing(scene),
  ];
  const isExplained = (exchange: Exchange): boolean => first.some((fault) => explains(fault, exchange));
  const blocked = findBlocked({ ...scene, asked: scene.asked.filter((one) => !isExplained(one)) });
  const decided: readonly Fault[] = [...first, ...blocked];
  const overruled = findOverruled({ ...scene, asked: scene.asked.filter((one) => !decided.some((fault) => explains(fault, one))) });
  const all: readonly Fault[] = [...decided, ...overruled, ...findUpstream(scene)];
  return [
    ...all,
    ...findUnexplained(scene, (exchange) => all.some((fault) => explains(fault, exchange))),
    ...findOtherBackEnd(scene),
    ...findRulesDoubled(scene),
    ...findLeftEntries(scene),
  ];
};

/** Whether the question fares as it does because of the fault, or may: once that is mended one sees. */
const explains = (fault: Fault, exchange: Exchange): boolean => {
  const { asker, address, protocol } = exchange.question;
  switch (fault.kind) {
    case 'address-missing':
    case 'link-missing':
    case 'routed-elsewhere':
      return fault.addresses.includes(address);
    case 'not-listening':
      return fault.sockets.some((socket) => socket.address === address && socket.protocol === protocol && socket.port === exchange.question.port);
    case 'reverse-path':
      return asker.kind === 'pod' && asker.device === fault.device;
    case 'rules-missing':
      return fault.rules.some((rule) => rule.address === address && rule.protocol === protocol);
    case 'decides-before':
    case 'drops':
    case 'overruled':
      return fault.exchanges.includes(exchange);
    case 'upstream-loop':
    case 'upstream-unserved':
    case 'upstream-refused':
      return asker.kind === 'cache';
    case 'no-address':
    case 'address-of-ipvs':
    case 'rules-stale':
    case 'lost':
    case 'tracked':
    case 'other-back-end':
    case 'rules-doubled':
    case 'left-entries':
      return false;
  }
};
