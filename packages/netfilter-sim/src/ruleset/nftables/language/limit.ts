import type { Cursor } from './cursor.ts';

/** Behind `limit`: `rate over 10/second burst 5 packets`, `rate 1 mbytes/second`; `name "x"`. */
export const readLimit = (cursor: Cursor): object | string => {
  const { position } = cursor.token;
  if (cursor.take('name')) return cursor.word('the name of a limit');
  cursor.expect('rate');
  const over = cursor.take('over');
  const [amount = '', unit] = cursor.word('a rate').split('/');
  const [byteUnit, per] = unit === undefined ? cursor.word('a unit').split('/') : [undefined, unit];
  const burst = cursor.take('burst') ? readBurst(cursor) : {};
  return cursor.placed(
    { rate: /^\d+$/.test(amount) ? Number(amount) : amount, per, ...(byteUnit === undefined ? {} : { rate_unit: byteUnit }), ...burst, ...(over ? { inv: true } : {}) },
    position,
  );
};

const readBurst = (cursor: Cursor): object => {
  const burst = cursor.whole('a burst');
  const unit = cursor.word('packets, or a unit of bytes');
  return unit === 'packets' ? { burst } : { burst, burst_unit: unit };
};
