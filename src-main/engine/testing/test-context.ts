import { ManualClock } from '#shared/base/clock.ts';
import { createIds } from '#shared/base/ids.ts';
import { createLogger } from '#shared/base/logger.ts';
import type { EngineContext } from '../context.ts';

export interface TestContext extends EngineContext {
  readonly clock: ManualClock;
  /** Every line that was logged, as JSON text. */
  readonly logLines: string[];
}

/** An engine's context whose time moves only when told. Ids are unique within the process. */
export function testContext(dataDir = '/nowhere'): TestContext {
  const clock = new ManualClock();
  const logLines: string[] = [];
  return {
    clock,
    newId: createIds(clock, (length) => crypto.getRandomValues(new Uint8Array(length))),
    logger: createLogger(
      (line) => logLines.push(line),
      () => clock.now(),
    ),
    dataDir,
    logLines,
  };
}
