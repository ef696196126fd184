import type { ProxySettings } from '../settings/settings.ts';

/** The bit that asks for masquerading, as rules write it: `0x4000`. */
export const masqueradeMark = ({ masqueradeBit }: ProxySettings): string => `0x${(2 ** masqueradeBit).toString(16)}`;
