import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { reasonOf } from '../reason.ts';
import { UsageError } from './usage-error.ts';

export interface ControlFlag {
  readonly control: string;
}

/** Asks the running server, and gives what it says as it comes. @throws UsageError where there is none, or it refuses */
export const followControl = async (socketPath: string, method: 'GET' | 'POST', path: string): Promise<IncomingMessage> => {
  const sent = request({ socketPath, method, path }).end();
  let response: IncomingMessage;
  try {
    [response] = (await once(sent, 'response')) as [IncomingMessage];
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new UsageError(`no server at ${socketPath}: ${reason}; start one with -control ${socketPath}`);
  }
  if (response.statusCode !== 200) throw new UsageError((await text(response)).trim());
  return response;
};

/** Asks the running server. @throws UsageError where there is none, or it refuses */
export const askControl = async (socketPath: string, method: 'GET' | 'POST', path: string): Promise<string> =>
  text(await followControl(socketPath, method, path));
