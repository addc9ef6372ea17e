import { z } from 'zod';
import type { Disposable } from '../base/dispose.ts';
import type { JsonValue } from '../base/json.ts';

/**
 * What travels between a window and the engine, over any port. Client → engine: `hello`, `call`, `cancel`, `open`,
 * `close`. Engine → client: `welcome`, `done`, `fail`, `item`, `bye`. Ids are chosen by the client and rise
 * within one connection: none is ever used twice.
 */
const id = z.number().int().nonnegative();
export const wireError = z.object({
  code: z.string().max(80),
  details: z.record(z.string(), z.json()).default({}),
});
export type WireError = z.output<typeof wireError>;

export const clientFrame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), version: z.number().int(), hash: z.string().max(100) }),
  z.object({ t: z.literal('call'), id, name: z.string().max(80), input: z.json().optional() }),
  z.object({ t: z.literal('cancel'), id }),
  z.object({
    t: z.literal('open'),
    id,
    name: z.string().max(80),
    args: z.json().optional(),
    after: z.number().optional(),
  }),
  z.object({ t: z.literal('close'), id }),
]);
export type ClientFrame = z.output<typeof clientFrame>;

/**
 * What the engine says has gone through the schema of its command or stream on the way out. Looked through once more as JSON,
 * value by value, a page of a list cost the window 8 ms.
 */
const said = z.custom<JsonValue>((value) => value !== undefined);

export const engineFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    version: z.number().int(),
    hash: z.string(),
    capabilities: z.array(z.string()),
    engine: z.object({ version: z.string(), startedAt: z.number() }),
  }),
  z.object({ t: z.literal('done'), id, output: said.optional() }),
  z.object({ t: z.literal('fail'), id, error: wireError }),
  z.object({ t: z.literal('item'), id, value: said, mark: z.number().optional() }),
  z.object({ t: z.literal('bye'), error: wireError }),
]);
export type EngineFrame = z.output<typeof engineFrame>;

/**
 * One duplex pipe of frames. Implementers MUST deliver frames whole and in order, MUST call `onClose` listeners exactly
 * once when the pipe has ended (whichever side ended it), and MUST ignore `send` after close. Frames are plain JSON-safe
 * values; a port may clone or serialise them. The receiver validates: a port does not.
 */
export interface FramePort {
  send(frame: ClientFrame | EngineFrame): void;
  onFrame(listener: (frame: unknown) => void): Disposable;
  onClose(listener: () => void): Disposable;
  close(): void;
  /** Bytes sent but not yet taken by the other side, where the port can tell: `latest` streams then skip states. */
  backlog?(): number;
}
