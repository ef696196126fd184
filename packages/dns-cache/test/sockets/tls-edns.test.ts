import { describe, expect, it } from 'vitest';
import { optOf } from '../conformance/rows/opt.ts';
import { hasOpenssl, opensslNote } from '../support/certificate.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { ednsQuery, option } from '../support/packets.ts';
import { read } from '../support/world.ts';
import { serve, tlsLab } from './tls-lab.ts';

const KEEPALIVE = 11;
const PADDING = 12;

describe.skipIf(!hasOpenssl)(`a listener over TLS${opensslNote}`, () => {
  const lab = tlsLab();
  const { identity, block, ask } = lab;

  describe('EDNS', () => {
    it('tells how long a connection is kept, to those who ask, also over TCP', async () => {
      const [plain, secure] = [await freePort(), await freePort()];
      const timeouts = 'timeouts {\n idle 30s\n }\n whoami';
      await serve(`.:${plain} tls://.:${secure} {\n bind 127.0.0.1\n ${identity()}\n ${timeouts}\n}`);
      const asking = ednsQuery('a.test', { options: [option(KEEPALIVE)] });
      const told = [{ code: KEEPALIVE, data: Uint8Array.of(1, 44) }];
      const [overTcp = new Uint8Array()] = await askTcp(plain, [framed(asking)], 1);
      expect(optOf(await ask(secure, asking))?.options).toEqual(told);
      expect(optOf(overTcp)?.options).toEqual(told);
      expect(optOf(await askUdp(plain, asking))?.options).toEqual([]);
      expect(optOf(await ask(secure, ednsQuery('a.test', {})))?.options).toEqual([]);
    });

    it('pads answers and errors to 468 octets, for those who pad', async () => {
      const [port, empty] = [await freePort(), await freePort()];
      await serve(`${block(port)}\n${block(empty, identity(), '')}`);
      for (const length of [0, 100]) {
        const padded = ednsQuery('a.test', { options: [option(PADDING, new Uint8Array(length))] });
        const [answer, error] = [await ask(port, padded), await ask(empty, padded)];
        expect([answer.length, error.length]).toEqual([468, 468]);
        expect(read(answer)).toMatchObject({ rcode: 'NOERROR' });
        expect(read(error)).toMatchObject({ rcode: 'REFUSED' });
      }
      expect((await ask(port, ednsQuery('a.test', {}))).length).toBeLessThan(200);
    });
  });
});
