import type { LimitStatement } from '../values/limit.ts';

const BURST_PACKETS = 5;

/** `limit rate over 10/second burst 7 packets`; the usual burst is not printed. */
export const printLimit = ({ rate, per, burst, bytes, over }: LimitStatement): string => {
  const amount = bytes === undefined ? `${rate}/${per}` : `${rate} ${bytes.rate}/${per}`;
  const usual = burst === (bytes === undefined ? BURST_PACKETS : 0);
  const unit = bytes === undefined ? 'packets' : bytes.burst;
  return `limit rate ${over ? 'over ' : ''}${amount}${usual ? '' : ` burst ${burst} ${unit}`}`;
};
