import type { Logger } from '#shared/base/logger.ts';
import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';

/** What modems are set to, the likeliest first (research/hardware case 6). */
const baudRates = [115_200, 9_600, 57_600, 460_800, 921_600];
const triesEach = 2;

/**
 * A modem behind a line whose baud rate was changed answers, but in garbage. Only that starts a search: silence has other
 * causes, and a USB modem has no line. What was found is kept for the next opening of the port.
 */
export class BaudSearch {
  private readonly logger: Logger;
  private good: number | null = null;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  /** A port that has just been opened: at the rate that was good the last time. */
  async begin(at: Transport): Promise<void> {
    if (this.good !== null) await at.setBaudRate?.(this.good);
  }

  /** @returns whether a rate was found at which the modem answers */
  async find(at: Transport, session: AtSession): Promise<boolean> {
    if (!at.setBaudRate || session.heard !== 'noise') return false;
    for (const rate of baudRates) {
      await at.setBaudRate(rate);
      if (!(await session.probe(triesEach))) continue;
      this.good = rate;
      this.logger.log('warn', 'baud-rate-found', { port: at.name, baudRate: rate });
      return true;
    }
    this.good = null;
    return false;
  }
}
