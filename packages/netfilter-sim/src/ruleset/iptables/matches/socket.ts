import { notModelled } from '../../shared/not-modelled.ts';
import type { MatchModule } from '../extension/extension.ts';
import { hasOption } from '../extension/option-values.ts';

/** Whether a socket of this host would take the packet (net/netfilter/xt_socket.c). */
export interface SocketMatch {
  readonly kind: 'socket';
  readonly transparent: boolean;
  /** Sockets bound to no address count too. */
  readonly noWildcard: boolean;
  readonly restoreMark: boolean;
}

const flag = { values: 0, invertible: false } as const;

export const socket: MatchModule<'socket', SocketMatch> = {
  name: 'socket',
  notModelledFor: 'sockets that were not given, `--restore-skmark`',
  steady: 'always',
  options: { '--transparent': flag, '--nowildcard': flag, '--restore-skmark': flag },
  placement: () => ({ hooks: ['PREROUTING', 'INPUT'] }),

  parse: (options) => ({
    kind: 'socket',
    transparent: hasOption(options, '--transparent'),
    noWildcard: hasOption(options, '--nowildcard'),
    restoreMark: hasOption(options, '--restore-skmark'),
  }),

  print: (match) =>
    [
      ...(match.transparent ? ['--transparent'] : []),
      ...(match.noWildcard ? ['--nowildcard'] : []),
      ...(match.restoreMark ? ['--restore-skmark'] : []),
    ].join(' '),

  evaluate({ transparent, noWildcard, restoreMark }, context) {
    const found = context.localSocket();
    switch (found.kind) {
      case 'unknown':
        return notModelled('which sockets are open');
      case 'none':
        return 'no-match';
      case 'socket':
        if ((found.wildcard && !noWildcard) || (transparent && found.transparent === false)) return 'no-match';
        if (transparent && found.transparent === undefined) return notModelled('whether a socket is transparent');
        return restoreMark ? notModelled('the mark of a socket') : 'match';
    }
  },

  describe: (match) => `a ${match.transparent ? 'transparent ' : ''}socket of this host would take it`,
};
