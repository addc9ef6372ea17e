import { createLogger, type Logger, type LogLevel } from '#shared/base/logger.ts';
import { systemClock } from './system.ts';

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** One JSON text per line on stderr, from this level on. */
export function logToStderr(least: LogLevel): Logger {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  return from(
    least,
    createLogger(write, () => systemClock.now()),
  );
}

function from(least: LogLevel, logger: Logger): Logger {
  return {
    log: (level, event, fields) => {
      if (order.indexOf(level) >= order.indexOf(least)) logger.log(level, event, fields);
    },
    child: (scope) => from(least, logger.child(scope)),
  };
}
