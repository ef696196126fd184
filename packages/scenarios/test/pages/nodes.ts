import { fileURLToPath } from 'node:url';

/** A node folder that comes with the package. */
export const nodeFolder = (name: string): string => fileURLToPath(new URL(`../../nodes/${name}`, import.meta.url));
