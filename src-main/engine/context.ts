import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';

/** What every feature of the engine is given. Nothing in the engine reads a global clock, a random source or a path. */
export interface EngineContext {
  readonly clock: Clock;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly logger: Logger;
  /** Folder of this desk's data, readable by its owner only. */
  readonly dataDir: string;
}
