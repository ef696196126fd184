/** A line of a batch that `ip` could not do. */
export interface BatchFailure {
  readonly line: string;
  /** In the words of the system, as Go prints them: `operation not supported`. */
  readonly reason: string;
}

const reasonIn = (said: string): string => {
  const plain = said.replace(/^RTNETLINK answers: |^Error: /, '').replace(/\.$/, '');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
};

/** @param stderr of `ip -force -batch -`: what went wrong, then `Command failed -:LINE` for each line of the text that did */
export const batchFailures = (text: string, stderr: string): readonly BatchFailure[] => {
  const lines = text.split('\n');
  let said = '';
  return stderr.split('\n').flatMap((line) => {
    const number = /^Command failed -:(\d+)/.exec(line)?.[1];
    if (number === undefined) {
      said = line || said;
      return [];
    }
    const failure = { line: lines[Number(number) - 1] ?? '', reason: reasonIn(said) };
    said = '';
    return [failure];
  });
};

/** `ip` says so of a link that is not there, and ends with status 1. */
export const saysNoSuchLink = (stderr: string): boolean => /does not exist|Cannot find device/.test(stderr);
