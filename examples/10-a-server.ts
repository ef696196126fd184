/*
 * 10. A server in a program.
 *
 * The Corefile that CoreDNS reads, served over real sockets; what it counts and holds can be asked, and another Corefile takes its
 * place without losing a query.
 */
import { Resolver } from 'node:dns/promises';
import { parseCorefile } from '@nodelocal/dns-cache';
import { startService } from '@nodelocal/dns-cache/server';

const corefile = (address: string) => parseCorefile(`. {\n  bind 127.0.0.1\n  hosts {\n    ${address} example.org\n  }\n}\n`, { file: 'Corefile' });
const service = await startService({ corefile: corefile('192.0.2.1'), port: 10054, readFile: () => '', log: (_level, line) => console.log(line) });
console.log(service.served);

const resolver = new Resolver();
resolver.setServers(['127.0.0.1:10054']);
console.log(await resolver.resolve4('example.org'));

await service.reload(corefile('192.0.2.2'));
console.log(await resolver.resolve4('example.org'));

// A Corefile that is wrong says where, and how to mend it; the server goes on with what it has.
try {
  await service.reload(parseCorefile('. {\n  bufsize 9000\n}\n', { file: 'Corefile' }));
} catch (error) {
  console.log((error as Error).message);
}
console.log(await resolver.resolve4('example.org'));
await service.stop();

/* It prints:

[ '.:10054 on 127.0.0.1' ]
[ '192.0.2.1' ]
[ '192.0.2.2' ]
Corefile:2:11: the buffer size is not within 512 and 4096: 9000
[ '192.0.2.2' ]
*/
