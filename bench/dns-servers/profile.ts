/** Where a process of ours spends its time, from a profile of V8. */

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const placeOf = ({ functionName, url }: ProfileNode['callFrame']): string => {
  const [, room] = /packages\/dns-cache\/dist\/([^/]+)\//.exec(url) ?? [];
  if (room !== undefined) return `dns-cache: ${room}/`;
  if (functionName === '(program)') return 'native: system calls, libuv';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(idle)') return 'idle';
  if (url.startsWith('node:')) return `node.js: ${url.replace(/^node:/, '')}`;
  return url.includes('node_modules') ? `library: ${/.*node_modules\/([^/]+)/.exec(url)?.[1] ?? url}` : 'native: functions of Node.js and V8';
};

/** Shares of the time that was not idle, the largest first. */
const sharesOf = (profile: CpuProfile): readonly (readonly [string, number])[] => {
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const place = places.get(id) ?? 'unknown';
    times.set(place, (times.get(place) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  times.delete('idle');
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times].map(([place, time]) => [place, time / total] as const).toSorted(([, one], [, other]) => other - one);
};

/** Profiles the server for so long, by its own `pprof` directive. */
export const profileOf = async (port: number, seconds: number): Promise<readonly (readonly [string, number])[]> => {
  const response = await fetch(`http://127.0.0.1:${port}/debug/pprof/profile?seconds=${seconds}`);
  return sharesOf((await response.json()) as CpuProfile);
};
