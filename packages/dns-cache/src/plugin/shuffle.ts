/** The items in an order of which each is as likely as any other (Fisher and Yates). */
export const shuffle = <Item>(items: readonly Item[], random: () => number): readonly Item[] => {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
};
