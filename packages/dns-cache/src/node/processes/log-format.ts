export type LogFormat = 'text' | 'json';

/** `[INFO] plugin/reload: Reloading complete`: a level, sometimes a plugin, and what it says. */
const LINE = /^\[([A-Z]+)\] (?:plugin\/([a-z0-9]+): )?(.*)$/s;

/** A line as people read it, or as programs do: time (RFC 3339), level, plugin where one speaks, message. */
export const formatLine = (line: string, format: LogFormat, now: Date): string => {
  if (format === 'text') return line;
  const [, level = 'INFO', plugin, message = line] = LINE.exec(line) ?? [];
  return JSON.stringify({ time: now.toISOString(), level: level.toLowerCase(), ...(plugin === undefined ? {} : { plugin }), message });
};

/** Why a program ends, on standard error: in text as it is, for programs as any other line. */
export const formatRefusal = (reason: string, format: LogFormat, now: Date): string => (format === 'text' ? reason : formatLine(`[ERROR] ${reason}`, format, now));
