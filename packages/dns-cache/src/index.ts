export const placeholder = 'dns-cache';
