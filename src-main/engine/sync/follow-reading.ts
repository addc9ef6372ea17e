import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import type { Puller } from './pull.ts';

interface Options {
  readonly puller: Pick<Puller, 'reading' | 'onReading'>;
  readonly clock: Clock;
  /** A page has come, maybe minutes before the pull is over: the cloud is there. */
  readonly onPage: () => void;
  readonly publish: () => void;
}

/** A first pull has some fifteen pages a second, and each news of it asks the database what waits. */
const everyMs = 250;

/** Tells of a reading of everything now and then, until disposed. */
export function followReading({ puller, clock, onPage, publish }: Options): Disposable {
  let rows = 0;
  let timer: Disposable | null = null;
  const listening = puller.onReading(() => {
    const before = rows;
    rows = puller.reading()?.rows ?? 0;
    if (rows > before) onPage();
    timer ??= clock.after(everyMs, () => {
      timer = null;
      publish();
    });
  });
  return disposable(() => {
    listening.dispose();
    timer?.dispose();
  });
}
