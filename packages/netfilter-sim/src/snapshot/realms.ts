import type { Realms } from '../fib/route.ts';

/** Two numbers, of which 0 has a name on every host (/etc/iproute2/rt_realms); other names are a host's own. */
export const realmsOf = (source: string, destination: string): Realms => {
  const [upper, lower] = [numberOf(source), numberOf(destination)];
  return upper === undefined || lower === undefined ? 'unknown' : ((upper << 16) | lower) >>> 0;
};

const numberOf = (name: string): number | undefined => (name === 'cosmos' ? 0 : /^\d{1,5}$/.test(name) ? Number(name) : undefined);

/** `3/7`, or `7` for a destination alone, as `ip -j route` has it. */
export const flowFromText = (written: string): { readonly from?: string; readonly to: string } => {
  const [first = '', second] = written.split('/');
  return second === undefined ? { to: first } : { from: first, to: second };
};
