import type { ResponseOptions } from '@nodelocal/dns-cache';
import { a, soa, World } from '../support/world.ts';

export type Response = Omit<ResponseOptions, 'id' | 'question'>;

export const www = 'www.example.org.';

export const positive = (ttl: number): Response => ({ answers: [a(www, '192.0.2.1', ttl)] });
export const nxdomain = (ttl: number, minimum: number): Response => ({
  rcode: 'NXDOMAIN',
  authorities: [soa('example.org.', ttl, minimum)],
});
export const nodata = (ttl: number, minimum: number): Response => ({ authorities: [soa('example.org.', ttl, minimum)] });

/** A server with this cache before an upstream that is never held to be down. */
export const cached = (cache = 'cache 30'): World =>
  new World({ corefile: `. {\n ${cache}\n forward . 192.0.2.53 {\n max_fails 0\n }\n}` });
