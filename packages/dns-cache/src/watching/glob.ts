/** Whether the glob fits the whole text; `*` is any text, `?` any character. It goes back to the last star only, so that it takes no longer than both lengths multiplied. */
export const globMatches = (glob: string, text: string): boolean => {
  let [at, read] = [0, 0];
  let star = -1;
  let starRead = 0;
  while (read < text.length) {
    if (glob[at] === '*') {
      star = at;
      starRead = read;
      at += 1;
    } else if (glob[at] === '?' || glob[at] === text[read]) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      starRead += 1;
      read = starRead;
      at = star + 1;
    } else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
};
