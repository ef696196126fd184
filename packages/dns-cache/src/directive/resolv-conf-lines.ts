/** A line of a file in the form of resolv.conf, without its comment (resolv.conf(5)). */
interface ResolvConfLine {
  readonly keyword: string;
  readonly words: readonly string[];
}

export const resolvConfLines = (text: string): readonly ResolvConfLine[] =>
  text.split('\n').map((line) => {
    const [keyword = '', ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    return { keyword, words };
  });
