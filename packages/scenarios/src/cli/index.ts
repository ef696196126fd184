export { findScenario, readInputs, readLessonNode } from './inputs.ts';
