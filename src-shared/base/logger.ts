import type { JsonValue } from './json.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = { [key: string]: JsonValue | undefined };

/** One line per event. Personal data never enters a log: every string passes `maskDigits` on its way out. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
  /** The same log with a scope in front, e.g. "phone.at". */
  child(scope: string): Logger;
}

const uuidOrDigits = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\+?\d{7,}/g;

/** Runs of seven or more digits are phone or card numbers: keep the last two, so that lines can be matched. Our own ids stay. */
export function maskDigits(text: string): string {
  return text.replace(uuidOrDigits, (hit) =>
    hit.includes('-') ? hit : `${'*'.repeat(hit.length - 2)}${hit.slice(-2)}`,
  );
}

function maskValue(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string') return maskDigits(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(item) as JsonValue);
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue(item) as JsonValue]));
  return value;
}

/** @param write receives one JSON text per event, without a line end. */
export function createLogger(write: (line: string) => void, now: () => number, scope = ''): Logger {
  return {
    log(level, event, fields = {}) {
      const masked = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, maskValue(value)]));
      write(JSON.stringify({ at: new Date(now()).toISOString(), level, scope, event, ...masked }));
    },
    child: (name) => createLogger(write, now, scope ? `${scope}.${name}` : name),
  };
}

export const silentLogger: Logger = { log: () => undefined, child: () => silentLogger };
