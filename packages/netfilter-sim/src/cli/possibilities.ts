import type { Paint } from '../trace/paint.ts';
import { describeTrace } from '../trace/person.ts';
import type { Possibility } from '../walk/explore.ts';

/** The ways that a packet can take, each with what decides for it. */
export const describePossibilities = (possibilities: readonly Possibility[], paint: Paint): readonly string[] =>
  possibilities.flatMap(({ journey, decisions, probability }, at) => {
    const share = probability === undefined ? 'possible' : `${(100 * probability).toFixed(1)} %`;
    const because = decisions.map(({ choice, answer }) => `${choice.what}: ${answer ? 'yes' : 'no'}`).join(', ');
    const title = possibilities.length === 1 ? 'the only way' : `way ${at + 1} of ${possibilities.length}, ${share}`;
    return [
      paint.note(because === '' ? title : `${title} (${because})`),
      ...describeTrace(journey.trace, paint).map((line) => `  ${line}`),
    ];
  });
