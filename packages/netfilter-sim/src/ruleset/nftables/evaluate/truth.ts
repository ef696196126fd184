import type { NotModelled } from '../../shared/not-modelled.ts';

/** Whether a test holds; or what would decide, where that is not known. */
export type Truth = boolean | NotModelled;

export const not = (truth: Truth): Truth => (typeof truth === 'boolean' ? !truth : truth);

/** False where one is false, whatever is not known of the others. */
export const allOf = <Item>(items: readonly Item[], test: (item: Item, at: number) => Truth): Truth => {
  let unknown: NotModelled | undefined;
  for (const [at, item] of items.entries()) {
    const truth = test(item, at);
    if (truth === false) return false;
    if (truth !== true) unknown ??= truth;
  }
  return unknown ?? true;
};
