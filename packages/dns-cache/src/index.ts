export * from './message/value.ts';
