/** A command line that cannot be meant: which flag, what is wrong, and how to mend it, in one line. */
export class FlagError extends Error {
  /** As written in a manifest, `-syncinterval`; '' where the fault is no flag's. */
  readonly flag: string;
  readonly reason: string;
  readonly mend: string;

  constructor(flag: string, reason: string, mend: string) {
    super(`${flag === '' ? '' : `${flag}: `}${reason}; ${mend}`.replaceAll(/\s+/g, ' '));
    this.name = 'FlagError';
    this.flag = flag;
    this.reason = reason;
    this.mend = mend;
  }
}
