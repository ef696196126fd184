import process from 'node:process';
import { codeOf, reasonOf } from '../reason.ts';

/** What becomes of a program that can no longer write. */
export interface Output {
  /** Goes on all the same, for a server whose answers matter more than its log. */
  goOn(): void;
}

/** Whoever reads has seen enough (`| head`): that ends the program, and is no failure. A full disk is one. */
export const guardOutput = (name: string, misused: number): Output => {
  let ends = true;
  process.stdout.on('error', (error) => {
    if (!ends) return;
    if (codeOf(error) !== 'EPIPE') {
      process.exitCode = misused;
      process.stderr.write(`${name}: cannot write: ${reasonOf(error)}\n`);
    }
    process.exit();
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => {
    if (ends) process.exit();
  });
  return {
    goOn() {
      ends = false;
    },
  };
};
