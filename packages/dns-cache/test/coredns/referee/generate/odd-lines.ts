import type { Chance } from './chance.ts';
import { rewriteBy, templateBy } from './changing.ts';
import type { Lines } from './directives.ts';
import { aclBy, cacheBy, errorsBy, forwardBy, hostsBy, logBy, simpleBy, withOptions } from './directives.ts';

type Make = (chance: Chance) => Lines;

/** Directives that are about the process, which no conversation has. */
const OF_PROCESS: readonly Make[] = [
  (chance) => [`bind ${chance.one(['127.0.0.1', 'lo', '::1', '127.0.0.1 ::1', '127.0.0.2'])}`],
  () => withOptions('bind lo', ['except 127.0.0.1']),
  (chance) => [`reload${chance.one(['', ' 30s', ' 10s 5s', ' 2s 1s'])}`],
  (chance) => withOptions(`health${chance.one(['', ' 127.0.0.1:8081', ' :8082'])}`, chance.perhaps(0.5, () => `lameduck ${chance.one(['1s', '0', '5s'])}`)),
  (chance) => withOptions(`ready${chance.one(['', ' 127.0.0.1:8181'])}`, chance.perhaps(0.3, () => `monitor ${chance.one(['continuously', 'until-ready'])}`)),
  (chance) => [`prometheus${chance.one(['', ' {metrics}', ' localhost:9253'])}`],
  () => ['loop'],
  () => ['debug'],
  (chance) => [`root ${chance.one(['{dir}', '/'])}`],
  (chance) => [`metadata${chance.one(['', ' test', ' test other'])}`],
  (chance) => [`multisocket${chance.one(['', ' 2', ' 1'])}`],
  (chance) => withOptions('timeouts', chance.some(['read 1s', 'write 1s', 'idle 1m', 'read 30'], chance.one([1, 2, 3]))),
  (chance) => [`loadbalance${chance.one(['', ' round_robin'])}`],
  () => withOptions('loadbalance weighted {dir}/weights', ['reload 30s']),
  () => withOptions('loadbalance round_robin', ['prefer 10.0.0.0/8']),
  (chance) => withOptions(`view ${chance.one(['one', 'two'])}`, [`expr ${chance.one(["type() == 'A'", 'do()', "incidr(client_ip(), '127.0.0.0/8')", 'true'])}`]),
  (chance) => (chance.maybe(0.2) ? withOptions('tls {dir}/cert.pem {dir}/key.pem', chance.perhaps(0.3, () => 'client_auth nocert')) : ['tls']),
  (chance) => [`import ${chance.one(['common', '{dir}/part.conf', '{dir}/*.conf', '{dir}/none.conf', '{dir}/none*.conf', 'nobody', 'part.conf', '{dir}/part.conf', '{dir}/*.conf'])}`],
  (chance) => [`whoami${chance.one(['', ' test'])}`],
  (chance) => [`nsid${chance.one(['', ' data', ' a b'])}`],
  (chance) => [`cancel${chance.one(['', ' 1s', ' 500ms'])}`],
  (chance) => [`bufsize${chance.one(['', ' 512', ' 4096'])}`],
  (chance) => withOptions(`dns64${chance.one(['', ' 64:ff9b::/96'])}`, chance.some(['translate_all', 'prefix 64:ff9b::/96', 'allow_ipv4'], chance.one([0, 1, 2]))),
  () => ['minimal'],
];

const OF_CONVERSATIONS: readonly Make[] = [
  cacheBy,
  cacheBy,
  (chance) => forwardBy(chance, 'up1'),
  (chance) => forwardBy(chance, 'up1'),
  hostsBy,
  aclBy,
  logBy,
  errorsBy,
  rewriteBy,
  rewriteBy,
  templateBy,
  (chance) => simpleBy(chance).lines,
];

/** Some directives of a block, in any order: all that CoreDNS and ours both have. */
export const directiveLinesBy = (chance: Chance): Lines =>
  Array.from({ length: chance.one([1, 2, 3, 4, 5, 6]) }).flatMap(() => chance.one(chance.maybe(0.5) ? OF_PROCESS : OF_CONVERSATIONS)(chance));
