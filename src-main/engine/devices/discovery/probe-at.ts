import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import { AtSession } from '../at/at-session.ts';
import { NoiseMeter } from '../at/noise-meter.ts';
import type { Transport } from '../face.ts';

const tries = 3;

/**
 * Whether something at this port speaks AT: three times `AT`, 300 ms each, any final result counts. A composite device
 * has ports for diagnosis, positions and sound, to which no further word may be said; one that streams binary is left at
 * once (research/hardware case 3). The port is closed again in any case. Rejects when it cannot be opened.
 */
export async function speaksAt(port: Transport, clock: Clock, logger: Logger): Promise<boolean> {
  const noise = new NoiseMeter();
  await port.open();
  const session = new AtSession({ transport: port, clock, logger, minGapMs: 0 });
  const stream = port.onData((bytes) => {
    noise.add(bytes);
    if (noise.heard === 'noise') session.close('binary stream');
  });
  const lost = port.onLost((reason) => session.close(reason));
  try {
    return await session.probe(tries);
  } finally {
    session.close('probed');
    stream.dispose();
    lost.dispose();
    await port.close();
  }
}
