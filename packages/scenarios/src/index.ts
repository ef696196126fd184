// Experiments, and how to run one.
export type { Scenario } from './catalogue/scenario.ts';
export { CATALOGUE, scenarioNamed } from './catalogue/index.ts';
export type * from './run/recording.ts';
export type { NodeInputs } from './run/simulate.ts';
export type { Experiment } from './run/simulate.ts';
export { simulate } from './run/simulate.ts';

// What they are made of.
export type { Setting } from './cluster/setting.ts';
export { applySetting } from './cluster/setting.ts';
export type { ResolverConfig } from './resolver/config.ts';
export { readResolvConf } from './resolver/config.ts';
export type * from './resolver/glibc.ts';
export type { Candidate } from './resolver/candidates.ts';
export { startLookup, stepLookup } from './resolver/glibc.ts';

// What they come to.
export type { Facts } from './report/facts.ts';
export { factsOf } from './report/facts.ts';
export { htmlReport } from './report/html/page.ts';
export { recordingSentence } from './report/sentence.ts';
export { compareRecordings, describeRecording } from './report/text.ts';
