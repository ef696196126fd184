export const placeholder = 'netfilter-sim';
