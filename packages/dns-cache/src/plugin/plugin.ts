import type { Position } from '../corefile/error.ts';
import type { Facility } from './facility.ts';
import type { Handler } from './handler.ts';
import type { CollectLabels } from './labels.ts';
import type { HostLookup } from './lookup.ts';
import type { Site } from './site.ts';
import type { View } from './view.ts';
import type { Written } from './written.ts';

/** An address that a server block is bound to, and where the Corefile says so. */
export interface BoundAddress {
  readonly address: string;
  readonly position: Position;
}

/** One directive of a server block, understood. */
export interface ConfiguredPlugin {
  readonly directive: string;
  /** What it means, defaults included: a line each. */
  readonly describe: () => readonly string[];
  /** The addresses it binds its block to; none for all but `bind`. */
  readonly addresses: readonly BoundAddress[];
  /** What it asks of the process. */
  readonly facilities: readonly Facility[];
  /** The view that it makes of its block; `undefined` for all but `view`. */
  readonly view: View | undefined;
  /** The hosts whose addresses it needs; none for all but `forward`. */
  readonly lookups: readonly HostLookup[];
  /** What it has others know of a query; `undefined` for all but `metadata`. */
  readonly collect: CollectLabels | undefined;
  /** The folder in which it has others look for their files; `undefined` for all but `root`. */
  readonly root: string | undefined;
  /** Does nothing to an answer from a cache after it. */
  readonly passesHits: boolean;
  /** Puts its handler before the next one; `undefined` where the directive handles no queries. */
  readonly serve: ((site: Site, next: Handler) => Handler) | undefined;
}

/**
 * The options that read a known number of words, and how many: the next option may follow on the line, or the brace that
 * closes the block. Infinity is an option that reads the whole line, but to which the brace means nothing.
 */
type OptionWords = Readonly<Record<string, number>>;

export interface Plugin {
  readonly directive: string;
  readonly words: OptionWords;
  /** @throws CorefileError */
  readonly configure: (written: Written) => ConfiguredPlugin;
}

/** What a plugin's folder provides: each file one of these. */
export interface PluginParts<Value> {
  readonly directive: string;
  readonly setup: (written: Written) => Value;
  readonly describe: (value: Value) => readonly string[];
  /** None unless given: CoreDNS takes the brace for one more word of any other option. */
  readonly words?: OptionWords;
  readonly addresses?: (value: Value) => readonly BoundAddress[];
  readonly lookups?: (value: Value) => readonly HostLookup[];
  readonly collect?: (value: Value) => CollectLabels;
  readonly root?: (value: Value) => string;
  readonly passesHits?: boolean;
  readonly facilities?: (value: Value) => readonly Facility[];
  readonly view?: (value: Value) => View;
  readonly serve?: (value: Value, site: Site, next: Handler) => Handler;
}

export const definePlugin = <Value>(parts: PluginParts<Value>): Plugin => ({
  directive: parts.directive,
  words: parts.words ?? {},
  configure(written) {
    const value = parts.setup(written);
    const { serve } = parts;
    return {
      directive: parts.directive,
      describe: () => parts.describe(value),
      addresses: parts.addresses?.(value) ?? [],
      lookups: parts.lookups?.(value) ?? [],
      collect: parts.collect?.(value),
      root: parts.root?.(value),
      passesHits: parts.passesHits ?? false,
      facilities: parts.facilities?.(value) ?? [],
      view: parts.view?.(value),
      serve: serve === undefined ? undefined : (site, next) => serve(value, site, next),
    };
  },
});
