import type { Position } from '../corefile/error.ts';
import type { Facility } from '../plugin/facility.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { facilitiesOf } from '../plugin/server-block.ts';

/** What a directive asks of the process around a service, which only the caller can give. */
export type OuterFacility = Extract<Facility, { kind: 'prometheus' | 'health' | 'ready' | 'profiler' | 'reload' | 'multisocket' | 'dnstap' }>;

/** The directives that ask for them. */
const DIRECTIVES: Readonly<Record<OuterFacility['kind'], string>> = {
  prometheus: 'prometheus',
  health: 'health',
  ready: 'ready',
  profiler: 'pprof',
  reload: 'reload',
  multisocket: 'multisocket',
  dnstap: 'dnstap',
};

/** All of them. */
export const OUTER_FACILITIES = Object.keys(DIRECTIVES) as readonly OuterFacility['kind'][];

/** A Corefile that wants of the process what nobody gives it. */
export class FacilityError extends Error {
  /** The directive, as the Corefile has it. */
  readonly directive: string;
  readonly position: Position;

  constructor({ kind, position }: OuterFacility) {
    const { file, line, column } = position;
    const mend = `leave it out, or do what it asks and name '${kind}' in \`facilities\``;
    super(`${file}:${line}:${column}: '${DIRECTIVES[kind]}' asks for more than a service does by itself (${mend})`);
    this.name = 'FacilityError';
    this.directive = DIRECTIVES[kind];
    this.position = position;
  }
}

/** A service was asked to go on after it had been stopped. */
export class StoppedError extends Error {
  constructor() {
    super('the service is stopped; start another one');
    this.name = 'StoppedError';
  }
}

const isOuter = (facility: Facility): facility is OuterFacility => Object.hasOwn(DIRECTIVES, facility.kind);

/** @throws FacilityError where a directive wants what is not among these */
export const refuseUnserved = (corefile: Corefile, given: readonly OuterFacility['kind'][]): void => {
  const unserved = facilitiesOf(corefile).filter(isOuter).find(({ kind }) => !given.includes(kind));
  if (unserved !== undefined) throw new FacilityError(unserved);
};
