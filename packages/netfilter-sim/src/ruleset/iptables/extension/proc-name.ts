import { utf8Bytes } from '../../shared/text.ts';

/** Whether a table may be called so, which becomes a file of /proc (xt_check_proc_name, net/netfilter/x_tables.c, 6.12). */
export const isProcName = (name: string, bytesMax: number): boolean =>
  name !== '' && utf8Bytes(name) <= bytesMax && !name.includes('/') && name !== '.' && name !== '..';
