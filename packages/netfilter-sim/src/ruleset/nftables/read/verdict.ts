import { field, text } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { Verdict } from '../values/verdict.ts';
import { named } from './json.ts';

/** `{"accept": null}`, `{"goto": {"target": "CHAIN"}}`; `undefined` where it is no verdict. */
export const readVerdict = (json: Json): Verdict | undefined => {
  const { name, body } = named(json);
  switch (name) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return { kind: name };
    case 'jump':
    case 'goto':
      return { kind: name, chain: text(field(body, 'target')) };
    default:
      return undefined;
  }
};
