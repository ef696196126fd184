/** The system's errors in words that need no others. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the path is too long',
  ENFILE: 'too many open files',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'not a directory',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};

/** The system's name for a reason, `ENOENT`; '' where it was not the system. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';

/** Whether there is nothing at a path; also as another thread was told. */
export const isAbsent = (cause: unknown): boolean => reasonOf(cause) === SYSTEM['ENOENT'];

/** What went wrong, in words for people where the system gave only its own, else in those of whoever threw it. */
export const reasonOf = (cause: unknown): string =>
  SYSTEM[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause));

export const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

/** The same with the file that it is about: the system's errors know it, and their reasons do not say it. */
export const complaintOf = (error: unknown): string => {
  const path = isSystemError(error) && 'path' in error ? `${String(error.path)}: ` : '';
  return `${path}${reasonOf(error)}`;
};
