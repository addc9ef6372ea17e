import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';

/** A sound system that hangs answers nobody, not even with an error: without an end to the waiting nobody would hear of it. */
export class DevicesSilent extends Error {}

/** Bluetooth headsets take several seconds to be opened. */
const answerWithinMs = 10_000;

/**
 * What the browser's devices answer, if they do within ten seconds.
 * @param tooLate gets what is answered after that: nobody else would close it
 * @throws DevicesSilent
 */
export function unlessSilent<Answer>(
  clock: Clock,
  asked: Promise<Answer>,
  tooLate: (answer: Answer) => void = () => undefined,
): Promise<Answer> {
  let silent = false;
  let timer: Disposable | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = clock.after(answerWithinMs, () => {
      silent = true;
      reject(new DevicesSilent());
    });
  });
  // Errors are the caller's, as long as it waits.
  asked.then(
    (answer) => (silent ? tooLate(answer) : undefined),
    () => undefined,
  );
  return Promise.race([asked, limit]).finally(() => timer?.dispose());
}
