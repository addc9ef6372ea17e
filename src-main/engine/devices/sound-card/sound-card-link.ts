import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SoundCardReport, SoundCardState, WantedSoundCard } from '#shared/desk-contract/areas/sound-card.ts';
import type { Transport } from '../face.ts';
import { CardTransport, type CardLine } from './card-transport.ts';
import { CardMeter, type CardQuality } from './card-meter.ts';

/** Who asks for a card; one at a time is asked for the whole phone, whose modems share it. */
export type CardNames = Pick<WantedSoundCard, 'device' | 'inputs' | 'outputs'>;

interface Window {
  readonly peer: string;
  readonly send: (state: SoundCardState) => void;
}

export interface UplinkFrame {
  /** Monotonic clock. */
  readonly at: number;
  readonly pcm: Uint8Array;
}

/** A window that has just been asked looks through its devices; so long nobody calls the card missing. */
const lookMs = 3_000;

/** The word that the error's texts go by, for each trouble (`errors.phone.no-sound.with.…`). */
const factOf = {
  'no-window': 'cardNoWindow',
  missing: 'cardMissing',
  several: 'cardSeveral',
  denied: 'cardDenied',
  busy: 'cardBusy',
  blocked: 'cardBlocked',
} as const;

/**
 * The sound card that a phone is (USB Audio), as the engine sees it: a browser has the card, so one window finds it, opens
 * it while there is a call, and carries 20-ms frames both ways. The first window that is there serves; when it goes the
 * next one does. The driver gets a `Transport` of frames: in a call it stays open when the window goes, since the call
 * goes on and the next window takes the card up again.
 */
export class SoundCardLink implements CardLine, Disposable {
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly wishes = new Map<object, CardNames>();
  private readonly windows: Window[] = [];
  private readonly uplinks = new Map<string, (frame: UplinkFrame) => void>();
  private readonly changes = new Emitter<void>();
  private readonly frames = new Emitter<Uint8Array>();
  private readonly meter: CardMeter;
  private report: SoundCardReport | null = null;
  /** A window was asked and has not answered yet. */
  private asking: Disposable | null = null;
  private listeners = 0;
  private inCall = false;
  private usbId: string | null = null;

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.clock = clock;
    this.logger = logger;
    this.meter = new CardMeter(clock);
  }

  // The driver's side.

  /** @param names null = the owner's phone has no card (any more) */
  want(owner: object, names: CardNames | null): void {
    const before = JSON.stringify(this.wanted);
    if (names) this.wishes.set(owner, names);
    else this.wishes.delete(owner);
    if (JSON.stringify(this.wanted) !== before) this.askAnew();
  }

  /** Fresh, not open. Rejects to open with `sound-card.away`. */
  transport(): Transport {
    return new CardTransport(this);
  }

  /** For people: as the browser calls the card, else as the profile does. */
  get name(): string {
    return this.report?.state === 'found' ? this.report.input : (this.wanted?.inputs[0] ?? 'USB Audio');
  }

  /** A window has found it. */
  get ready(): boolean {
    return this.report?.state === 'found';
  }

  /** Nobody knows yet. */
  get looking(): boolean {
    return this.asking !== null;
  }

  /** Why it cannot be opened. */
  get problem(): AppError {
    const away = this.report?.state === 'away' ? this.report.trouble : 'no-window';
    return new AppError('sound-card.away', { port: this.name, trouble: away, [factOf[away]]: this.name });
  }

  /** Sound is in use, whatever the calls say: a test. */
  get wantedNow(): boolean {
    return this.inCall || this.listeners > 0;
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  onFrame(listener: (bytes: Uint8Array) => void): Disposable {
    const subscription = this.frames.on(listener);
    this.listeners += 1;
    this.tell();
    return disposable(() => {
      subscription.dispose();
      this.listeners -= 1;
      this.tell();
      this.changes.emit();
    });
  }

  /** To the card; what no window takes is lost, as on a cable that nobody holds. */
  send(pcm: Uint8Array): void {
    const serving = this.windows[0];
    if (serving) this.uplinks.get(serving.peer)?.({ at: this.clock.mono(), pcm });
  }

  // The calls' side.

  /** From dialling to the end, so that the answer finds the card open. */
  setInCall(inCall: boolean): void {
    if (inCall === this.inCall) return;
    this.inCall = inCall;
    if (inCall) this.meter.begin();
    this.tell();
    this.changes.emit();
  }

  /** Of the call that runs; null where the phone's sound is no card. */
  get quality(): CardQuality | null {
    return this.wanted ? this.meter.read(this.inCall) : null;
  }

  // The windows' side.

  /** @param usbId of the phone that was chosen, "vvvv:pppp"; null = not known */
  setUsbId(usbId: string | null): void {
    if (usbId === this.usbId) return;
    this.usbId = usbId;
    if (this.wanted) this.askAnew();
  }

  /** A window is there and gets the state now and after each change. */
  attach(peer: string, send: Window['send']): Disposable {
    const window = { peer, send };
    this.windows.push(window);
    if (this.windows[0] === window) this.askAnew();
    else send(this.stateFor(window));
    return disposable(() => {
      const at = this.windows.indexOf(window);
      if (at < 0) return;
      this.windows.splice(at, 1);
      if (at === 0) this.askAnew();
    });
  }

  /** Where a window takes the uplink; only the one that serves is sent any. */
  listen(peer: string, take: (frame: UplinkFrame) => void): Disposable {
    this.uplinks.set(peer, take);
    return disposable(() => {
      if (this.uplinks.get(peer) === take) this.uplinks.delete(peer);
    });
  }

  reported(peer: string, report: SoundCardReport): void {
    if (!this.serves(peer) || JSON.stringify(report) === JSON.stringify(this.report)) return;
    this.report = report;
    this.stopAsking();
    this.logger.log('info', 'sound-card', { ...report });
    this.changes.emit();
  }

  /** @returns false where another window serves */
  heard(peer: string, pcm: Uint8Array, playedAfterMs: number | null): boolean {
    if (!this.serves(peer)) return false;
    this.meter.heard(playedAfterMs);
    this.frames.emit(pcm);
    return true;
  }

  dispose(): void {
    this.stopAsking();
    this.wishes.clear();
    this.windows.length = 0;
    this.uplinks.clear();
  }

  private get wanted(): WantedSoundCard | null {
    const [names] = this.wishes.values();
    return names ? { ...names, usbId: this.usbId } : null;
  }

  private serves(peer: string): boolean {
    return this.windows[0]?.peer === peer;
  }

  /** Whatever was found belongs to another wish or another window. */
  private askAnew(): void {
    this.report = null;
    this.stopAsking();
    if (this.wanted && this.windows.length > 0)
      this.asking = this.clock.after(lookMs, () => {
        this.asking = null;
        this.changes.emit();
      });
    this.tell();
    this.changes.emit();
  }

  private stopAsking(): void {
    this.asking?.dispose();
    this.asking = null;
  }

  private tell(): void {
    for (const window of this.windows) window.send(this.stateFor(window));
  }

  private stateFor(window: Window): SoundCardState {
    return { wanted: this.wanted, serving: window === this.windows[0], active: this.wantedNow };
  }
}
