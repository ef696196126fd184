import type { CollectLabels } from '../../plugin/labels.ts';
import { NO_LABELS } from '../../plugin/labels.ts';
import { longestZone } from '../../plugin/zones.ts';
import type { MetadataValue } from './setup.ts';

/**
 * Of the plugins that are here only `view` knows something before a query is on its way (CoreDNS plugin/view/metadata.go). What
 * `forward` and `log` find out later is there in every zone, as in CoreDNS.
 */
export const collect = (zones: MetadataValue): CollectLabels => {
  const byView = new Map<string, ReturnType<CollectLabels>>();
  return ({ name, view }) => {
    if (view === '' || longestZone(zones, name) === undefined) return NO_LABELS;
    const labels = byView.get(view) ?? new Map([['view/name', view]]);
    byView.set(view, labels);
    return labels;
  };
};
