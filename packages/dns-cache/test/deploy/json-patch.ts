/** RFC 6902, as far as the overlays need it. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

type Container = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

const keyIn = (container: Container, key: string): string | number => {
  if (!Array.isArray(container)) return key;
  return key === '-' ? container.length : Number(key);
};

/** Changes the document in place. @throws RangeError for a path that leads nowhere */
export const applyPatch = (document: unknown, operations: readonly PatchOperation[]): void => {
  for (const operation of operations) {
    const names = operation.path.split('/').slice(1).map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = names.pop() ?? '';
    let at = document;
    for (const name of names) {
      if (!isContainer(at)) throw new RangeError(`${operation.path} leads nowhere at ${name}`);
      at = (at as Record<string, unknown>)[keyIn(at, name)];
    }
    if (!isContainer(at)) throw new RangeError(`${operation.path} leads nowhere`);
    change(at, keyIn(at, last), operation);
  }
};

const change = (container: Container, key: string | number, operation: PatchOperation): void => {
  const isThere = Object.hasOwn(container, key);
  if (operation.op !== 'add' && !isThere) throw new RangeError(`${operation.path} is not there`);
  if (Array.isArray(container)) {
    container.splice(Number(key), operation.op === 'add' ? 0 : 1, ...(operation.op === 'remove' ? [] : [operation.value]));
  } else if (operation.op === 'remove') {
    delete container[key];
  } else container[key] = operation.value;
};
