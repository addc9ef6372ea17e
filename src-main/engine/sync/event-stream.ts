import type { Readable } from 'node:stream';
import { createParser } from 'eventsource-parser';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { RouteEvents, RouteSpec } from '#shared/cloud-contract/contract.ts';

type Handlers<R extends RouteSpec> = {
  readonly [Name in keyof RouteEvents<R>]: (data: RouteEvents<R>[Name]) => void;
};

/** An event is a number or a word; whoever sends this much without one is no cloud. */
const mostBytes = 64 * 1024;

/**
 * Reads a route's server-sent events until their end. Events that this version does not know, or whose data it cannot read,
 * are passed over. @param onBeat for each comment
 * Rejects with an AppError: `cancelled` (the signal), `cloud.unreachable { reason }` (cut), `cloud.refused` (no events).
 */
export async function readEvents<R extends RouteSpec>(
  route: R,
  stream: Readable,
  { events, onBeat, signal }: { events: Handlers<R>; onBeat: () => void; signal: AbortSignalLike },
): Promise<void> {
  const parser = createParser({
    onEvent({ event = '', data }) {
      const parsed = route.events?.[event]?.safeParse(parseJson(data));
      if (parsed?.success) events[event as keyof Handlers<R>]?.(parsed.data as never);
    },
    onComment: onBeat,
    // It would wait for the next piece before it says so itself.
    onError: (error) => void (error.type === 'max-buffer-size-exceeded' && stream.destroy(error)),
    maxBufferSize: mostBytes,
  });
  const decoder = new TextDecoder();
  const cut = (): void => void stream.destroy();
  signal.addEventListener('abort', cut);
  try {
    if (signal.aborted) throw new AppError('cancelled');
    for await (const part of stream as AsyncIterable<Buffer>) parser.feed(decoder.decode(part, { stream: true }));
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', {}, error);
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('cloud.unreachable', { reason: code ?? 'unknown' }, error);
  } finally {
    stream.destroy();
  }
  if (signal.aborted) throw new AppError('cancelled');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // no schema takes it
  }
}
