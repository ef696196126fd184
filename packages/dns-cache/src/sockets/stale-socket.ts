import { once } from 'node:events';
import { lstatSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { codeOf } from '../reason.ts';
import { SocketFileError } from './listen-error.ts';

const isAnswered = async (path: string): Promise<boolean> => {
  const socket = connect({ path });
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    // Nobody listens, or whoever did has just gone. All else leaves it to him who has it.
    return codeOf(error) !== 'ECONNREFUSED' && codeOf(error) !== 'ENOENT';
  } finally {
    socket.destroy();
  }
};

/**
 * Removes the socket of a server that was killed, so that its place can be taken; all else stays as it is.
 * @throws SocketFileError where the place is taken
 */
export const removeStaleSocket = async (path: string): Promise<void> => {
  let found;
  try {
    found = lstatSync(path, { throwIfNoEntry: false });
    // libuv would say of a folder that is not there that it may not be used.
    if (found === undefined) statSync(dirname(path));
  } catch (cause) {
    throw new SocketFileError(path, cause);
  }
  if (found === undefined) return;
  if (!found.isSocket()) throw new SocketFileError(path, new Error('there is something else (name another file)'));
  if (await isAnswered(path)) throw new SocketFileError(path, new Error('a running server has it (name another file)'));
  unlinkSync(path);
};
