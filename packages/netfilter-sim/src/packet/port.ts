declare const portBrand: unique symbol;

/** A TCP, UDP, SCTP, DCCP or UDP-Lite port, 0 to 65535. */
export type Port = number & { readonly [portBrand]: true };

/** A port: `value`, checked. @throws RangeError outside 0 to 65535. */
export const port = (value: number): Port => {
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new RangeError(`not a port: ${value}`);
  return value as Port;
};
