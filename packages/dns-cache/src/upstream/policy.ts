export type Policy = 'random' | 'round_robin' | 'sequential';

/** The order in which to try the upstreams for one query; the list may be another one each time. */
export type Picker = <Item>(items: readonly Item[]) => readonly Item[];

export const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [order[last], order[other]];
    if (a === undefined || b === undefined) continue;
    order[last] = b;
    order[other] = a;
  }
  return order;
};

/** CoreDNS plugin/forward/policy.go. */
export const createPicker = (policy: Policy, random: () => number): Picker => {
  let turn = 0;
  switch (policy) {
    case 'sequential':
      return (items) => items;
    case 'random':
      return (items) => shuffled(items, random);
    case 'round_robin':
      return (items) => {
        // The counter is raised before it is used: the second upstream is the first to go first.
        turn = (turn + 1) % Math.max(1, items.length);
        const first = items[turn];
        return first === undefined ? [] : [first, ...items.filter((_, index) => index !== turn)];
      };
  }
};
