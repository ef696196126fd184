/**
 * CoreDNS is a Go program: `-conf FILE`, `-conf=FILE` and `--conf FILE` are the same to it, and people have its
 * command lines in manifests. A single dash before a word becomes two; what follows `--` is left alone.
 */
export const fromGoFlags = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  const rest = end < 0 ? [] : argv.slice(end);
  return [...flags.map((word) => word.replace(/^-(?=[a-z][\w.-]+(?:=|$))/i, '--')), ...rest];
};
