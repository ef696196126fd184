import { plainAddress } from '../../address.ts';

export interface LinkAddress {
  readonly address: string;
  readonly bits: number;
  /** Duplicate address detection is not over, or found another: nobody can bind there. */
  readonly isTentative: boolean;
}

export type LinkState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      /** `dummy`, `bridge`; '' for what is no link of software. */
      readonly type: string;
      readonly alias: string;
      /** Without those that IPv6 gives itself (`fe80::`). */
      readonly addresses: readonly LinkAddress[];
    };

/** What `ip` says cannot be read. */
export class LinkTextError extends Error {
  constructor(cause: unknown) {
    super('`ip -j -d addr` says what is no list of links', { cause });
    this.name = 'LinkTextError';
  }
}

/** As much of iproute2's JSON as is read here. */
interface Said {
  readonly ifname?: string;
  readonly ifalias?: string;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info?: readonly {
    readonly local?: string;
    readonly prefixlen?: number;
    readonly scope?: string;
    readonly tentative?: boolean;
    readonly dadfailed?: boolean;
  }[];
}

/**
 * @param text of `ip -j -d addr show dev NAME`
 * @throws LinkTextError
 */
export const readLink = (text: string): LinkState => {
  let said: readonly Said[];
  try {
    said = JSON.parse(text) as readonly Said[];
  } catch (cause) {
    throw new LinkTextError(cause);
  }
  // iproute2 prints empty objects for what it leaves out.
  const link = said.find(({ ifname }) => ifname !== undefined);
  if (link === undefined) return { kind: 'absent' };
  const addresses = (link.addr_info ?? []).flatMap(({ local, prefixlen, scope, tentative, dadfailed }) =>
    local === undefined || prefixlen === undefined || scope === 'link'
      ? []
      : [{ address: plainAddress(local), bits: prefixlen, isTentative: tentative === true || dadfailed === true }],
  );
  return { kind: 'present', type: link.linkinfo?.info_kind ?? '', alias: link.ifalias ?? '', addresses };
};
