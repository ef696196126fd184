import { read, World } from '../support/world.ts';

/** A server with these rules before an upstream. */
export const worldOf = (...rules: readonly string[]): World =>
  new World({ corefile: `. {\n${rules.join('\n')}\n errors\n forward . 192.0.2.53\n}` });

/** Name, type and class of the question that the upstream got. */
export const asked = (world: World): string => {
  const question = read(world.lastAsk.message).question;
  return `${question?.name} ${question?.type} ${question?.class}`;
};
