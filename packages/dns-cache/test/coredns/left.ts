/** What is left of kinds of difference that no row explains: there CoreDNS is to be followed yet. */
export const LEFT: Readonly<Record<string, readonly string[]>> = {
};
