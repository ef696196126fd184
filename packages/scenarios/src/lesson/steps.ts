import { dnsBefore, nodesAndCoreDns } from './before.ts';
import { cacheSettings, forwarding } from './corefile.ts';
import { cachePods, create, upstreamService } from './deployment.ts';
import { interfaceOfCache, localRoute } from './interface.ts';
import { disableLog, enableLog, queryLog, restart } from './logging.ts';
import { orderOfOperations, podsAsBefore, resolution } from './lookup.ts';
import { copyManifest, fillIn, setVariables } from './manifest.ts';
import { cacheEntries, cacheMetrics, hitsInAction } from './metrics.ts';
import type { LessonCluster } from './model/cluster.ts';
import { momentOf } from './model/timeline.ts';
import { inputRules, proxyRules, rawRules } from './rules.ts';
import type { Exhibit, LessonStep } from './step.ts';

/** Every exercise of the lesson, in its order. */
export const LESSON_STEPS: readonly LessonStep[] = [
  nodesAndCoreDns,
  dnsBefore,
  copyManifest,
  setVariables,
  fillIn,
  cacheSettings,
  forwarding,
  create,
  cachePods,
  upstreamService,
  interfaceOfCache,
  podsAsBefore,
  orderOfOperations,
  rawRules,
  proxyRules,
  localRoute,
  inputRules,
  resolution,
  cacheMetrics,
  hitsInAction,
  cacheEntries,
  enableLog,
  restart,
  queryLog,
  disableLog,
];

/** What the lesson's reader sees at a step, at the time at which they come to it. @throws LessonClusterError */
export const showStep = (step: LessonStep, cluster: LessonCluster): readonly Exhibit[] => step.show(cluster, momentOf(cluster, step.number));

/** Exhibits as a terminal shows them, an empty line before each and before what is to be seen. */
export const exhibitLines = (exhibits: readonly Exhibit[]): readonly string[] => {
  const parts = exhibits.flatMap(({ commands, output, see }) => [
    [...commands.map((command) => `$ ${command}`), ...output],
    ...(see === undefined ? [] : [[`  ${see}`]]),
  ]);
  const filled = parts.filter((part) => part.length > 0);
  // What a tool prints may end in an empty line of its own.
  return filled.flatMap((part, at) => (filled[at - 1]?.at(-1) === '' ? part : ['', ...part]));
};
