import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { reasonOf } from '../reason.ts';
import { UsageError } from './usage-error.ts';

export interface ControlFlag {
  readonly control: string;
}

/** Asks the running server. @throws UsageError where there is none, or it refuses */
export const askControl = async (socketPath: string, method: 'GET' | 'POST', path: string): Promise<string> => {
  const sent = request({ socketPath, method, path }).end();
  let response: IncomingMessage;
  try {
    [response] = (await once(sent, 'response')) as [IncomingMessage];
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new UsageError(`no server at ${socketPath}: ${reason}; start one with -control ${socketPath}`);
  }
  const body = await text(response);
  if (response.statusCode !== 200) throw new UsageError(body.trim());
  return body;
};
