import type { LedgerOptions } from '../../clients/ledger.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { onlyOnce, refuseBody, takeArguments, takeInteger, unknownOption } from '../../directive/arguments.ts';
import { takeBits, WHOLE_ADDRESSES } from '../../directive/client-bits.ts';
import type { Written } from '../../plugin/written.ts';

export type ClientsValue = LedgerOptions;

const SERIES_DEFAULT = 10;
/** Each is five series at every scrape. */
const SERIES_MAX = 100;

const takeSeries = (option: Entry): number => {
  const [number = option.name] = takeArguments(option, 1, 1, 'write series NUMBER');
  const series = takeInteger(number, 'the number of series');
  if (series < 0 || series > SERIES_MAX) throw new CorefileError(number, `not a number of series: ${number.text}`, `write 0 to ${SERIES_MAX}`);
  return series;
};

const applyOption = (value: ClientsValue, option: Entry): ClientsValue => {
  refuseBody(option);
  switch (option.name.text) {
    case 'prefix':
      return { ...value, bits: takeBits(option) };
    case 'series':
      return { ...value, series: takeSeries(option) };
    default:
      throw unknownOption(option.name, 'clients', ['prefix', 'series']);
  }
};

/** `clients { prefix IPV4BITS IPV6BITS, series NUMBER }` */
export const setup = ({ entries }: Written): ClientsValue => {
  const entry = onlyOnce(entries);
  takeArguments(entry, 0, 0, 'its options stand in braces');
  return entry.body.reduce(applyOption, { bits: WHOLE_ADDRESSES, series: SERIES_DEFAULT });
};
