import { parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { addressesOf, templateOf } from './daemon-set.ts';
import { OVERLAYS } from './render.ts';

/** What the agent fills in on a node (cmd/node-cache/app/configmap.go). */
const filledIn = (template: string, addresses: readonly string[]): string =>
  template
    .replaceAll('__PILLAR__LOCAL__DNS__', addresses.join(' '))
    .replaceAll('__PILLAR__DNS__SERVER__', '')
    .replaceAll('__PILLAR__CLUSTER__DNS__', '10.96.248.93')
    .replaceAll('__PILLAR__UPSTREAM__SERVERS__', '172.18.0.1');

describe.each(OVERLAYS)('the Corefile of overlay %s', (name) => {
  const addresses = addressesOf(name);
  const text = filledIn(templateOf(name), addresses);

  it('is served, on every address', () => {
    const { blocks } = parseCorefile(text, { file: 'Corefile' });
    expect(blocks).toHaveLength(4);
    expect(text).not.toContain('__');
  });

  it('has `health` where the kubelet asks', () => {
    expect(text).toContain(`health ${addresses[0] ?? ''}:8080`);
  });

  it('keeps, space by space, the block that is changed where kube-dns has upstreamNameservers', () => {
    expect(templateOf(name)).toContain('forward . __PILLAR__CLUSTER__DNS__ {\n            force_tcp\n    }');
  });
});
