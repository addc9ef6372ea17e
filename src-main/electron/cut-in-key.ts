import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { ShellState } from '#shared/desk-contract/areas/settings.ts';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract } from '#shared/desk-contract/contract.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import type { Desk } from '../host.ts';

/** The part of Electron's globalShortcut that is needed. */
export interface KeyGrabber {
  register(key: string, pressed: () => void): boolean;
  unregister(key: string): void;
}

const key = 'F2';

/**
 * Global F2. The key is taken from all other programs, so it is held only while some desk has a call: between calls F2
 * edits a cell in a spreadsheet again. At start it is tried once, to tell the person in time that another program has it.
 */
export class CutInKey implements Disposable {
  private readonly grabber: KeyGrabber;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly changes = new Emitter<void>();
  private readonly desks = new Map<Desk, { call: CallView | null; cutIn(callId: string): void; dispose(): void }>();
  private held = false;
  state: ShellState['globalCutIn'] = 'unavailable';

  constructor(grabber: KeyGrabber, clock: Clock, logger: Logger) {
    this.grabber = grabber;
    this.clock = clock;
    this.logger = logger;
    this.hold();
    this.release();
  }

  /** Whether this desk has a call, or any desk when none is given. */
  liveCall(desk?: Desk): boolean {
    if (desk) return isLive(this.desks.get(desk)?.call ?? null);
    return [...this.desks.values()].some(({ call }) => isLive(call));
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  /** Follows the calls of one desk, by the contract and as a peer like any other. Again is no matter. */
  watch(desk: Desk): void {
    if (this.desks.has(desk)) return;
    const client = connect(deskContract, {
      openPort: () => {
        const [own, engine] = createMemoryPortPair();
        desk.serve(engine, { kind: 'in-process', id: 'cut-in-key' });
        return Promise.resolve(own);
      },
      clock: this.clock,
      random: Math.random,
    });
    const entry = {
      call: null as CallView | null,
      cutIn: (callId: string) =>
        void client.attempt('calls.cutIn', { callId }).then((answer) => {
          if (!answer.ok) this.logger.log('info', 'shell.cut-in-refused', { code: answer.error.code });
        }),
      dispose: () => client.dispose(),
    };
    this.desks.set(desk, entry);
    client.listen('calls.current', null, ({ call }) => {
      entry.call = call;
      if (this.liveCall()) this.hold();
      else this.release();
    });
  }

  dispose(): void {
    this.release();
    for (const desk of this.desks.values()) desk.dispose();
    this.desks.clear();
  }

  private pressed(): void {
    for (const { call, cutIn } of this.desks.values()) if (call && isLive(call)) return cutIn(call.id);
  }

  private hold(): void {
    if (this.held) return;
    this.held = this.grabber.register(key, () => this.pressed());
    this.tell(this.held ? 'registered' : 'busy');
  }

  private release(): void {
    if (!this.held) return;
    this.held = false;
    this.grabber.unregister(key);
  }

  private tell(state: ShellState['globalCutIn']): void {
    if (this.state === state) return;
    this.state = state;
    this.changes.emit();
  }
}

const isLive = (call: CallView | null): boolean => call !== null && call.state !== 'ended';
