import type { App } from 'electron';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { DialLinkFacts } from '../host.ts';
import { dialLinkAmong, dialSchemes } from './policy.ts';

type Registrar = Pick<App, 'isDefaultProtocolClient' | 'setAsDefaultProtocolClient' | 'removeAsDefaultProtocolClient'>;

/** Numbers on web pages and in other programs (`tel:`, RFC 3966; `callto:`): the system hands them to this program if it is asked to. */
export class DialLinks implements DialLinkFacts {
  waiting: DialLinkFacts['waiting'] = null;
  private readonly app: Registrar;
  private readonly changes = new Emitter<void>();
  private rev = 0;

  constructor(app: Registrar) {
    this.app = app;
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  get areOurs(): boolean {
    return this.app.isDefaultProtocolClient('tel');
  }

  setOurs(on: boolean): void {
    for (const scheme of dialSchemes)
      if (on) this.app.setAsDefaultProtocolClient(scheme);
      else this.app.removeAsDefaultProtocolClient(scheme);
    this.changes.emit();
  }

  /** @param words what the system started the program with, or one address */
  hear(words: readonly string[]): void {
    const text = dialLinkAmong(words);
    if (text === null) return;
    this.rev += 1;
    this.waiting = { rev: this.rev, text };
    this.changes.emit();
  }

  take(rev: number): void {
    if (this.waiting?.rev !== rev) return;
    this.waiting = null;
    this.changes.emit();
  }
}
