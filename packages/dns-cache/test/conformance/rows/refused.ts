import { expect } from 'vitest';
import { read } from '../../support/world.ts';
import type { Lab } from '../lab.ts';

/** These octets get this response code, and the upstream hears nothing. */
export const refuses = async (lab: Lab, message: Uint8Array, rcode: string): Promise<void> => {
  const before = lab.upstream.queries.length;
  const answer = read(await lab.send(message));
  expect(answer).toMatchObject({ response: true, rcode, id: 0x1234, answers: [], authorities: [] });
  const { question: asked } = answer;
  expect(lab.upstream.queries.slice(before).filter(({ name }) => name === asked?.name)).toEqual([]);
};

/** So it is with each of them, and FORMERR. */
export const formerr =
  (...messages: readonly Uint8Array[]) =>
  async (lab: Lab): Promise<void> => {
    for (const message of messages) await refuses(lab, message, 'FORMERR');
  };
