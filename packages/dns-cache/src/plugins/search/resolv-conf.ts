import { resolvConfLines } from '../../directive/resolv-conf-lines.ts';
import { foldName, readNameText } from '../../message/name.ts';
import { ROOT_ZONE } from '../../corefile/zone.ts';

/** The search list of a file in the form of resolv.conf, folded: of several lines the last one counts (resolv.conf(5)). */
export const readSearchList = (text: string): readonly string[] => {
  const lines = resolvConfLines(text).flatMap(({ keyword, words }) => (keyword === 'search' || keyword === 'domain' ? [words] : []));
  return (lines.at(-1) ?? []).flatMap((domain) => {
    const name = readNameText(domain);
    const folded = name && foldName(name);
    return folded === undefined || folded === ROOT_ZONE.folded ? [] : [folded];
  });
};
