/** A mainline release of Linux, for behaviour that changed between releases. */
export interface KernelVersion {
  /** The 6 of 6.18. */
  readonly major: number;
  /** The 18 of 6.18. */
  readonly minor: number;
}

/** The release that a text names: `6.18`, `5.10.7` (the stable release does not count); `undefined` where it is none. */
export const readKernelVersion = (text: string): KernelVersion | undefined => {
  const found = /^(\d{1,3})\.(\d{1,3})(?:\.\d+)?$/.exec(text);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
};

/** What a caller gives as a release. @throws RangeError for its name: every release is earlier and later than a text */
export const checkedKernelVersion = (version: KernelVersion): KernelVersion => {
  if (Number.isInteger(version.major) && Number.isInteger(version.minor)) return version;
  throw new RangeError(`a release of Linux is what kernelVersion('6.18') gives, not ${JSON.stringify(version)}`);
};

/** Whether a release is `major`.`minor` or a later one. */
export const atLeast = (version: KernelVersion, major: number, minor: number): boolean =>
  version.major > major || (version.major === major && version.minor >= minor);

/** A release as `6.18`. */
export const printKernelVersion = ({ major, minor }: KernelVersion): string => `${major}.${minor}`;

/** The release that the recorded answers come from. */
export const LINUX_6_18: KernelVersion = { major: 6, minor: 18 };

/** A release by its name, `4.18`. @throws RangeError where the text names none; for literals in code and tests. */
export const kernelVersion = (text: string): KernelVersion => {
  const found = readKernelVersion(text);
  if (found === undefined) throw new RangeError(`not a release of Linux: ${text} (write it like 6.18)`);
  return found;
};
