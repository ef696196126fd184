import { describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

/** As CoreDNS 1.14.7 answers `dig -c CH` (core/dnsserver/server.go). */
describe('a class other than IN', () => {
  const rcodeOf = (corefile: string): string => {
    const world = new World({ corefile });
    return world.answer(world.ask({ name: 'www.example.net', type: 'A', class: 'CH' })).rcode;
  };

  it.each([
    '. {\n whoami\n}',
    '. {\n hosts {\n 10.0.0.1 www.example.net\n }\n}',
    '. {\n template ANY ANY {\n rcode NXDOMAIN\n }\n}',
    '. {\n whoami\n}\n.:54 {\n chaos\n}',
  ])('is refused where no block of the listener forwards or answers for it: %j', (corefile) => {
    expect(rcodeOf(corefile)).toBe('REFUSED');
  });

  it('is taken where a block of the same listener does', () => {
    expect(rcodeOf('. {\n whoami\n}\nexample.org {\n chaos\n}')).toBe('NOERROR');
  });
});
