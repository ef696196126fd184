/** Where the placeholders of a conversation are. */
export interface Places {
  readonly port: number;
  /** With its address. */
  readonly metrics: string;
  readonly folder: string;
  readonly upstreams: Readonly<Record<string, number>>;
}

const HERE = '127.0.0.1';

export const filled = (text: string, { port, metrics, folder, upstreams }: Places): string =>
  text.replaceAll(/\{(port|metrics|dir|up\d)\}/g, (_, word: string) => (word === 'port' ? String(port) : word === 'metrics' ? metrics : word === 'dir' ? folder : `${HERE}:${upstreams[word]}`));

/** A line as the recorder writes it: without what is another in every run. */
export const masked = (line: string, { port, metrics, folder, upstreams }: Places): string =>
  Object.entries(upstreams)
    .reduce((text, [name, at]) => text.replaceAll(new RegExp(String.raw`127\.0\.0\.1:${at}\b`, 'g'), `${HERE}:${name.toUpperCase()}`), line)
    .replaceAll(metrics, `${HERE}:METRICS`)
    .replaceAll(new RegExp(String.raw`(dns://[^"]*):${port}\b`, 'g'), '$1:PORT')
    .replaceAll(folder, 'DIR')
    .replaceAll(/(127\.0\.0\.\d+|\[::1\]):\d+/g, '$1:P')
    // How long a query took may be whole seconds in virtual time.
    .replaceAll(/(?<=\d )\d+s\b|\b\d+\.\d+s\b/g, 'TIMEs')
    .replaceAll(/\b\d+(?:\.\d+)?(?:ms|µs|ns)\b/g, 'TIMEms');

const SKIPPED =
  /^(?:coredns_build_info|coredns_plugin_enabled|go_|process_|promhttp_|nodejs_|coredns_reload|coredns_health|coredns_hosts_reload|(?!coredns_dns_\w+_size_bytes_sum)\w+_(?:bucket|sum)\b|.*duration_seconds|coredns_forward_conn_cache|coredns_proxy_conn_cache|coredns_panics|coredns_cache_entries.*zones="".*|dns_cache_|coredns_kubernetes)/;

/** The samples of a page of metrics that say what was answered, not how long it took, nor what the process is. */
export const samplesOf = (page: string, places: Places): readonly string[] =>
  page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !SKIPPED.test(line))
    .map((line) => masked(line, places))
    .toSorted();
