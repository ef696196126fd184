/** Lines on standard error, for answers whose form is not ours to change. */
export const warn = (lines: readonly string[]): void => {
  for (const line of lines) process.stderr.write(`netfilter-sim: ${line}\n`);
};
