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

const readKernels = (text: string): readonly KernelVersion[] =>
  text.split(',').map((name) => {
    const version = readKernelVersion(name);
    if (version === undefined) throw new InvalidArgumentError('expected releases such as 4.18,5.4,6.18.');
    return version;
  });

/** Several releases; `usual` are those where none is named. */
export const kernelsOption = (usual: string): Option =>
  new Option('--kernel <versions>', 'Linux releases to behave like, comma between').argParser(readKernels).default(readKernels(usual), usual);
