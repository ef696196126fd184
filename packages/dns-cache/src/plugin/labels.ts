/**
 * What plugins know of a query, by labels as `view/name` and `forward/upstream` (CoreDNS plugin/metadata). Only queries of a block
 * with the directive `metadata` have any.
 */
export type Labels = ReadonlyMap<string, string>;

export const NO_LABELS: Labels = new Map();

/** A slash that neither begins nor ends it (CoreDNS plugin/metadata/provider.go, IsLabel). */
export const isLabel = (text: string): boolean => /^[^/]+\/./.test(text);

/**
 * What is known of a query as soon as its block is: before any plugin has it. `name` is that of the question, folded; `view` is ''
 * without a view.
 */
export type CollectLabels = (about: { readonly name: string; readonly view: string }) => Labels;
