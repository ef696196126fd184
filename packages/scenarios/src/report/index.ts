export { factsOf } from './facts.ts';
export { recordingSentence } from './sentence.ts';
export { compareRecordings, describeRecording } from './text.ts';
export { htmlReport } from './html/index.ts';
