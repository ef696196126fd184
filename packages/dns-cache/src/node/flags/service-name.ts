import { FlagError } from './flag-error.ts';

/**
 * The name of a Service of the agent's own namespace; '' names none. Capital letters are taken, as they make the same
 * variable; node-cache has a shell's rules expand all else, so that `my.svc` reads $MY. @throws FlagError
 */
export const readServiceName = (text: string, flag: string): string => {
  if (text === '' || (/^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i.test(text) && text.length <= 63)) return text;
  throw new FlagError(
    flag,
    `'${text}' is not a Service's name`,
    `write the name alone, as in kube-dns-upstream: only Services of the agent's own namespace are known to it`,
  );
};
