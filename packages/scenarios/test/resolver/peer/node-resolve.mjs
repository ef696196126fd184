// Looks its argument up with Node's own resolver, for addresses of both kinds.
import { promises } from 'node:dns';

const resolver = new promises.Resolver();
await Promise.allSettled([resolver.resolve4(process.argv[2]), resolver.resolve6(process.argv[2])]);
