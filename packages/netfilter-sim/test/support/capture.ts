import { fileURLToPath } from 'node:url';

/** The script that captures a node; it goes with the package. */
export const CAPTURE_NODE = fileURLToPath(new URL('../../capture-node.sh', import.meta.url));
