import type { Paint } from '@nodelocal/netfilter-sim';
import type { KernelRow } from './compare.ts';

/** Model and kernel side by side; the last line says whether they agree. */
export const describeCompared = (rows: readonly KernelRow[], paint: Paint): readonly string[] => {
  const width = (of: (row: KernelRow) => string): number => Math.max(6, ...rows.map((row) => of(row).length));
  const [modelWidth, kernelWidth] = [width(({ model }) => model), width(({ kernel }) => kernel)];
  const line = (mark: string, model: string, kernel: string, what: string): string => `${mark} ${model.padEnd(modelWidth)}  ${kernel.padEnd(kernelWidth)}  ${what}`;
  const differing = rows.filter(({ agrees }) => !agrees).length;
  return [
    paint.strong(line(' ', 'model', 'kernel', '').trimEnd()),
    ...rows.map(({ what, model, kernel, agrees }) => (agrees ? line(' ', model, kernel, what) : paint.bad(line('≠', model, kernel, what)))),
    '',
    differing === 0 ? paint.good('model and kernel agree') : paint.bad(`model and kernel differ in ${differing} of ${rows.length}`),
  ];
};
