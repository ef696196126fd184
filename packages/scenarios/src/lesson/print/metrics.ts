import type { ShownSample } from '@nodelocal/dns-cache';

/** The lines of the page of metrics, in the text format of Prometheus, without help and types. */
export const metricLines = (samples: readonly ShownSample[]): readonly string[] =>
  samples.map(({ name, labels, value }) => {
    const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${value}`;
  });
