import { enableMapSet, produce as immersProduce } from 'immer';

/**
 * Immer's, which drafts maps and sets only once it is told so. That is part of the value: a bundler that takes nothing else of a
 * file leaves out what the file does besides.
 */
export const produce: typeof immersProduce = (() => {
  enableMapSet();
  return immersProduce;
})();
