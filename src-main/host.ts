import type { Disposable } from '#shared/base/dispose.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { ShellState } from '#shared/desk-contract/areas/settings.ts';
import type { Capability } from '#shared/desk-contract/capabilities.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';
import type { Peer } from '#shared/desk-contract/kit.ts';

/**
 * The seam between what runs an engine and what shows it. A shell (Electron, station) sees desks by this face only; an
 * engine sees its shell by `ShellFacts` only.
 */
export interface Desk {
  /** Speaks the desk contract on `port` until either side closes it or the result is disposed. */
  serve(port: FramePort, peer: Peer): Disposable;
  readonly media: MediaResolver;
  /** Ends the engine in good order: journal flushed, phone released, files closed. Idempotent, never rejects. */
  dispose(): Promise<void>;
}

/** Bytes from `start` to `end`, both included (RFC 9110 §14.1.2). Only `end` = the last `end` bytes. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

export interface MediaReply {
  /** 416 carries the real size in content-range; 404 also stands for "wrong or expired key": nobody learns which ids exist. */
  readonly status: 200 | 206 | 404 | 416;
  /** Lower-case names: content-type, content-length, accept-ranges, content-range. Security headers are the shell's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null for 404 and 416. Whoever asked must read it to the end or call `return()` on its iterator. */
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Sound for `<audio>`: addresses look like `/media/<random id>?k=<random key>` and are made by the engine. */
export interface MediaResolver {
  /** @param path what follows `/media/`, query included, as it stood in the request. Never rejects for a bad path. */
  open(path: string, range?: ByteRange): Promise<MediaReply>;
}

/** Encrypts with the system's key store what lets a person in. */
export interface SecretSeal {
  /** @returns text that only this person on this computer can turn back. May reject: a key store can be locked. */
  seal(text: string): Promise<string>;
  /** `stale`: the key has changed since; whoever keeps the text should seal it again. May reject: keys get lost. */
  open(sealed: string): Promise<{ readonly text: string; readonly stale: boolean }>;
}

/** `tel:` and `callto:` addresses; what changes of them is told by `ShellFacts.onChange`. */
export interface DialLinkFacts {
  /** Whether the system hands them to this program. */
  readonly areOurs: boolean;
  setOurs(on: boolean): void;
  /** The last one that no window has taken yet. */
  readonly waiting: ShellState['dialLink'];
  take(rev: number): void;
}

/** What an engine may know of, and ask from, the shell that carries it. */
export interface ShellFacts {
  readonly capabilities: readonly Capability[];
  /** Whether F2 works while another program has the focus; source of the `shell.state` stream. */
  readonly globalCutIn: ShellState['globalCutIn'];
  onChange(listener: () => void): Disposable;
  /** Absent where there is no key store: secrets then lie in a file that its owner alone can read. */
  readonly seal?: SecretSeal;
  /** Absent where the system hands no addresses of numbers to a program. */
  readonly dialLinks?: DialLinkFacts;
  /** Brings the window that asks to the front; absent where it does that itself. */
  raise?(window: Peer): void;
  /**
   * Shows a further desk. `url` is for the asking window to open (station); null = the shell opened a window itself.
   * The same desk may be shown again: it gets a fresh address.
   */
  showDesk(desk: Desk, name: string): Promise<{ url: string | null }>;
}

/** Runs the desks of one data folder. `openDesk` with a known name gives the desk that already runs. */
export interface DeskHost {
  openDesk(name: string): Promise<Desk>;
  /** Disposes every desk and what they share (demo cloud). Idempotent. */
  dispose(): Promise<void>;
}

export interface DeskHostOptions {
  /** Absolute; made with mode 0700 when it is absent. */
  readonly dataDir: string;
  readonly shell: ShellFacts;
  readonly logger: Logger;
}

/** The face of `createDeskHost` in src-main/demo/desk-host.ts, so that shells can be started with another one in tests. */
export type CreateDeskHost = (options: DeskHostOptions) => Promise<DeskHost>;
