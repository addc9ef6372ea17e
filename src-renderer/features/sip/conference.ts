import type { Disposable } from '#shared/base/dispose.ts';
import type { VoiceOutlet } from '#renderer/telephony/voice-outlet.ts';

/** One of the two, as far as the sound goes. */
export interface Party {
  readonly id: string;
  readonly remote: MediaStream | null;
  readonly outlet: VoiceOutlet | null;
}

/** 三方通话: each of two parties hears the other besides the agent, and nobody hears themselves. */
export class Conference {
  private parties: readonly [Party, Party] | null = null;
  private links: readonly Disposable[] = [];

  has(id: string): boolean {
    return this.parties?.some((party) => party.id === id) ?? false;
  }

  join(one: Party, other: Party): void {
    this.split();
    this.parties = [one, other];
    this.links = [
      [one, other],
      [other, one],
    ].flatMap(([hears, speaks]) => (hears?.outlet && speaks?.remote ? [hears.outlet.add(speaks.remote)] : []));
  }

  /** One of them has another sound now (another end, or a new way). */
  renew(): void {
    if (this.parties) this.join(...this.parties);
  }

  split(): void {
    for (const link of this.links) link.dispose();
    this.links = [];
    this.parties = null;
  }
}
