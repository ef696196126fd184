import { readFileSync } from 'node:fs';

/** The profile of podman and CRI-O, which containerd's and Docker's resemble: what `RuntimeDefault` comes to. */
const PROFILE = '/usr/share/containers/seccomp.json';

interface Condition {
  readonly arches?: readonly string[];
  readonly caps?: readonly string[];
}

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly object[] | null;
  readonly errnoRet?: number;
  readonly includes?: Condition;
  readonly excludes?: Condition;
}

interface Profile {
  readonly defaultAction: string;
  readonly defaultErrnoRet: number;
  readonly syscalls: readonly Rule[];
}

const ARCHITECTURE: Readonly<Record<string, { readonly go: string; readonly seccomp: string }>> = {
  x64: { go: 'amd64', seccomp: 'SCMP_ARCH_X86_64' },
  arm64: { go: 'arm64', seccomp: 'SCMP_ARCH_AARCH64' },
};

/** As a runtime takes it: the rules that hold on such a processor for a container with these capabilities. */
export const seccompFor = (processor: string, capabilities: readonly string[]): object => {
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(readFileSync(PROFILE, 'utf8')) as Profile;
  const architecture = ARCHITECTURE[processor];
  if (architecture === undefined) throw new RangeError(`${PROFILE} is not read for ${processor}`);
  const meets = ({ arches = [], caps = [] }: Condition, of: 'some' | 'every'): boolean => {
    const met = [...arches.length > 0 ? [arches.includes(architecture.go)] : [], ...caps.map((cap) => capabilities.includes(cap))];
    return met[of](Boolean);
  };
  return {
    defaultAction,
    defaultErrnoRet,
    architectures: [architecture.seccomp],
    syscalls: syscalls
      .filter(({ includes = {}, excludes = {} }) => meets(includes, 'every') && !meets(excludes, 'some'))
      .map(({ names, action, args, errnoRet }) => ({ names, action, ...(args === null || args === undefined ? {} : { args }), ...(errnoRet === undefined ? {} : { errnoRet }) })),
  };
};
