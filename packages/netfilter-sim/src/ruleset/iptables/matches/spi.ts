import { protocolOf } from '../../../packet/packet.ts';
import type { ProtocolNumber } from '../../../packet/protocol.ts';
import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { printInterval, UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchResult } from '../../shared/outcome.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { findOption, intervalValue, is, isWhole, not } from '../extension/option-values.ts';

/** The security parameter index that IPsec headers carry. */
export interface SpiTest {
  readonly spis: Interval;
  readonly inverted: boolean;
}

const ALL: Interval = { min: 0, max: UINT32_MAX };

export const readSpi = (options: readonly WrittenOption[], name: string): SpiTest => {
  const option = findOption(options, name);
  return option === undefined
    ? { spis: ALL, inverted: false }
    : { spis: intervalValue(option, ALL), inverted: option.inverted };
};

/** The whole range is not printed, even where it is inverted (esp_save of libxt_esp.c). */
export const printSpi = (name: string, test: SpiTest): readonly string[] =>
  isWhole(test.spis, ALL) ? [] : [`${not(test.inverted)}${name} ${printInterval(test.spis)}`];

/** Packets of the model carry no index: only what any would do can be told. */
export const evaluateSpi = (test: SpiTest, protocol: ProtocolNumber, { packet }: PacketContext): MatchResult => {
  if (protocolOf(packet) !== protocol || packet.fragment === 'later') return 'no-match';
  return isWhole(test.spis, ALL) ? answer(!test.inverted) : notModelled('the security parameter index of a packet');
};

export const describeSpi = ({ spis, inverted }: SpiTest): string =>
  `its security parameter index ${is(inverted)} ${printInterval(spis, '–')}`;
