import { fileURLToPath } from 'node:url';

/** Recorded cases lie beside the checkout; they are not part of the project. */
export const sharedFolder = fileURLToPath(new URL('../../../../../shared/', import.meta.url));
