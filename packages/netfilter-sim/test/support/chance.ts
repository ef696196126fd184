import type { Chance } from '@nodelocal/netfilter-sim';

/** Runs once for every way in which the questions of a whole conversation can be answered. */
export const everyWay = <Outcome>(run: (chance: Chance) => Outcome): readonly Outcome[] => {
  const outcomes: Outcome[] = [];
  const pending: (readonly boolean[])[] = [[]];
  for (let decided = pending.pop(); decided !== undefined; decided = pending.pop()) {
    const answers = [...decided];
    let asked = 0;
    outcomes.push(
      run({
        choose(choice) {
          if (choice.kind === 'unknown') return 'undecided';
          if (choice.probability >= 1) return true;
          const known = answers[asked];
          asked += 1;
          if (known !== undefined) return known;
          // Another run will say no here.
          pending.push([...answers, false]);
          answers.push(true);
          return true;
        },
        // Which port is drawn makes no difference to the way.
        integer: () => 0,
      }),
    );
  }
  return outcomes;
};
