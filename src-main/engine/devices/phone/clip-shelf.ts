import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentVoice } from '#shared/domain/call-channel.ts';
import { cmeOf } from '../at/at-command.ts';
import type { AtSession } from '../at/at-session.ts';
import { intOf, parseAtLine } from '../at/tokenizer.ts';
import type { ClipsProfile } from '../profiles/profile.ts';
import { clipFileOf, clipName, storedClip, xor16, type ClipFile, type StoredClip } from './clip-file.ts';
import type { ModemView } from './live-modem.ts';
import { clipsFor } from './open-sound.ts';

export interface ClipLine {
  readonly session: AtSession;
  readonly clips: ClipsProfile;
}

export interface ClipShelfDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The opener of the calls to come; null = none. */
  readonly clip: () => Int16Array | null;
  /** Null while there is no modem, and where its openers go another way. */
  readonly line: () => ClipLine | null;
  /** Neither a call nor anything else needs the line for the next seconds. */
  readonly free: () => boolean;
  /** `state` is another one. */
  readonly changed: () => void;
}

/** `waiting` = not there yet; `failed` = the phone does not take it, see `problem`. */
export type ClipState = 'stored' | 'waiting' | 'failed';

/** A line that loses one upload may lose another; after that it is the phone. */
const maxTries = 3;

/**
 * The openers that a phone keeps to play them itself. The one of the next calls is put there while the line is idle, once
 * for all calls and restarts: files are known by the hash of their sound. Only files of ours are ever removed: broken
 * ones, and the oldest when the phone is full. Never rejects, never throws: a call without its opener is still a call.
 */
export class ClipShelf implements Disposable {
  /** Why the phone does not take the opener; null = it has, or will. */
  problem: AppError | null = null;
  private readonly deps: ClipShelfDeps;
  private session: AtSession | null = null;
  /** Null = not listed yet. */
  private stored: readonly StoredClip[] | null = null;
  private failed: { readonly hash: string; tries: number } | null = null;
  private running = false;
  private lookAgain = false;
  private disposed = false;
  private told: ClipState | null = null;

  constructor(deps: ClipShelfDeps) {
    this.deps = deps;
  }

  /** Null = no opener is wanted of this phone. */
  get state(): ClipState | null {
    const clip = this.deps.clip();
    if (!clip || !this.deps.line()) return null;
    const file = clipFileOf(clip);
    if (this.find(file)) return 'stored';
    return this.failed?.hash === file.hash && this.problem ? 'failed' : 'waiting';
  }

  /**
   * What the phone knows this opener by.
   * @throws AppError `opener.not-in-phone` (not yet), `opener.phone-full`
   */
  nameOf(clip: Int16Array): string {
    const stored = this.find(clipFileOf(clip));
    if (!stored) throw this.problem ?? new AppError('opener.not-in-phone');
    return stored.name;
  }

  /** Something has changed: modem, opener, a call's end. Puts the opener into the phone if it is not there. */
  look(): void {
    this.lookAgain = this.running;
    if (this.running || this.disposed) return;
    this.running = true;
    void this.work().finally(() => {
      this.running = false;
      const { state } = this;
      if (state !== this.told) this.deps.changed();
      this.told = state;
      if (this.lookAgain) this.look();
    });
  }

  dispose(): void {
    this.disposed = true;
  }

  private async work(): Promise<void> {
    for (;;) {
      const line = this.deps.line();
      const clip = this.deps.clip();
      if (!line || !clip || this.disposed) return;
      if (line.session !== this.session) this.forget(line.session);
      const file = clipFileOf(clip);
      if (this.failed?.hash !== file.hash) {
        this.failed = { hash: file.hash, tries: 0 };
        this.problem = null;
      }
      if (this.problem || !this.deps.free()) return;
      try {
        this.stored ??= await this.list(line);
        if (this.find(file)) return;
        await this.put(line, file);
      } catch (thrown) {
        if (line.session === this.session) this.noteFailure(toAppError(thrown));
      }
    }
  }

  private forget(session: AtSession): void {
    this.session = session;
    this.stored = null;
    this.failed = null;
    this.problem = null;
  }

  private find({ hash, bytes }: ClipFile): StoredClip | undefined {
    if (this.deps.line()?.session !== this.session) return undefined;
    return this.stored?.find((one) => one.hash === hash && one.size === bytes.length);
  }

  private async list({ session, clips }: ClipLine): Promise<readonly StoredClip[]> {
    const lines = await session.send({ text: clips.list, priority: 'info' }).catch((error: unknown) => {
      // Some say so where there is no file at all.
      if (toAppError(error).code === 'phone.refused') return [];
      throw error;
    });
    return lines.flatMap((text) => {
      const [path, size] = parseAtLine(text).fields;
      const clip = path && storedClip(path.text, intOf(size) ?? -1);
      return clip ? [clip] : [];
    });
  }

  private async put(line: ClipLine, file: ClipFile): Promise<void> {
    for (const broken of this.stored?.filter(({ hash }) => hash === file.hash) ?? []) await this.remove(line, broken);
    const { clock, logger } = this.deps;
    const name = clipName(file, clock.now());
    const begun = clock.mono();
    try {
      await this.upload(line, name, file);
    } catch (error) {
      if (cmeOf(error) !== line.clips.full) throw error;
      const [oldest] = [...(this.stored ?? [])].sort((a, b) => a.storedAt - b.storedAt);
      if (!oldest) throw new AppError('opener.phone-full', {}, error);
      await this.remove(line, oldest);
      return;
    }
    const clip = storedClip(name, file.bytes.length);
    if (clip) this.stored = [...(this.stored ?? []), clip];
    logger.log('info', 'clip-stored', { bytes: file.bytes.length, ms: Math.round(clock.mono() - begun) });
  }

  private async upload({ session, clips }: ClipLine, name: string, { bytes }: ClipFile): Promise<void> {
    const lines = await session.send({
      text: clips.upload.replace('{name}', name).replace('{size}', String(bytes.length)),
      prefix: clips.uploaded,
      priority: 'info',
      data: { bytes, silenceMs: clips.silenceMs },
      wanted: () => this.deps.free(),
    });
    const [size, sum] = parseAtLine(lines.at(-1) ?? '').fields;
    const same = clips.checksum === 'none' || sum?.text.toLowerCase() === xor16(bytes);
    if (intOf(size) === bytes.length && same) return;
    this.deps.logger.log('warn', 'clip-spoiled', { size: intOf(size), of: bytes.length });
    await session.send({ text: clips.remove.replace('{name}', name), priority: 'info' });
    throw new AppError('phone.refused', { reason: 'spoiled' });
  }

  private async remove({ session, clips }: ClipLine, { name }: StoredClip): Promise<void> {
    await session.send({ text: clips.remove.replace('{name}', name), priority: 'info' }).catch((error: unknown) => {
      // It is gone already.
      if (toAppError(error).code !== 'phone.refused') throw error;
    });
    this.stored = this.stored?.filter((one) => one.name !== name) ?? null;
  }

  /** What a call has broken off is no fault of the phone. */
  private noteFailure(error: AppError): void {
    if (!this.failed || (error.code === 'cancelled' && !this.deps.free())) return;
    this.failed.tries += 1;
    const final = error.code === 'opener.phone-full' || this.failed.tries >= maxTries;
    this.deps.logger.log('warn', 'clip-not-stored', { code: error.code, tries: this.failed.tries });
    // Half a file may be there under its name.
    this.stored = null;
    if (final)
      this.problem = error.code === 'opener.phone-full' ? error : new AppError('opener.not-in-phone', {}, error);
  }
}

/** @param changed the shelf's `state` is another one */
export function clipShelfOf(
  modem: ModemView,
  deps: Pick<ClipShelfDeps, 'clock' | 'logger' | 'clip'> & { readonly voice: () => AgentVoice | null },
  changed: () => void,
): ClipShelf {
  return new ClipShelf({
    ...deps,
    changed,
    line: () => {
      const clips = modem.live && clipsFor(modem.live.identity.profile, deps.voice());
      return modem.live && clips ? { session: modem.live.session, clips } : null;
    },
    free: () => modem.state === 'ready' && !modem.busy && !modem.leftover && !modem.switching,
  });
}
