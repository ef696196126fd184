import { InvalidArgumentError, Option } from 'commander';
import { LINUX_6_18, printKernelVersion, readKernelVersion } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';

const readKernel = (text: string): KernelVersion => {
  const version = readKernelVersion(text);
  if (version === undefined) throw new InvalidArgumentError('expected a release such as 5.10 or 6.18.');
  return version;
};

export const kernelOption = (): Option =>
  new Option('--kernel <version>', 'Linux release to behave like')
    .argParser(readKernel)
    .default(LINUX_6_18, printKernelVersion(LINUX_6_18));
