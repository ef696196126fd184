/** A file that is no capture, or a broken one. It has the `file`, the `offset`, the `reason` and a way to `mend` it. */
export class CaptureError extends Error {
  /** What whoever gave the octets calls them. */
  readonly file: string;
  /** Of the octet at which it goes wrong, from 0. */
  readonly offset: number;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** A way to mend it; empty where there is none to tell. */
  readonly mend: string;

  constructor(file: string, offset: number, reason: string, mend = '') {
    super(`${file}: at octet ${offset}: ${reason}${mend === '' ? '' : ` (${mend})`}`);
    this.name = 'CaptureError';
    this.file = file;
    this.offset = offset;
    this.reason = reason;
    this.mend = mend;
  }
}
