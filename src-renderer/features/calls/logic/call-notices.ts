import type { Disposable } from '#shared/base/dispose.ts';
import type { CallView, CurrentCall } from '#shared/desk-contract/areas/calls.ts';

/** `missed`: so many since the person looked, this one last. */
export type CallNotice =
  | { readonly kind: 'ringing'; readonly call: CallView }
  | { readonly kind: 'missed'; readonly call: CallView; readonly count: number };

export interface CallNoticesDeps {
  /** Nothing is told from here: the person sees this window and what rings in it, or another one tells. */
  readonly silent: () => boolean;
  /** Beside all windows, until it is disposed; one of the same call takes the place of the one before. */
  readonly show: (notice: CallNotice) => Disposable;
  /** The record as it is now; null = it cannot be had. */
  readonly find: (callId: string) => Promise<CallView | null>;
}

interface Ringing {
  call: CallView;
  notice: Disposable | null;
}

/**
 * Who calls while nobody looks at the window: told by the system as long as it rings, and what was missed meanwhile as one
 * notice more. A caller who is refused on a break never rings, and is told of by nobody.
 */
export class CallNotices implements Disposable {
  private readonly deps: CallNoticesDeps;
  private readonly ringing = new Map<string, Ringing>();
  private missed: Disposable | null = null;
  private count = 0;
  private over = false;

  constructor(deps: CallNoticesDeps) {
    this.deps = deps;
  }

  take({ call, other }: Pick<CurrentCall, 'call' | 'other'>): void {
    const rings = [call, other].filter((one) => one !== null && isRinging(one)) as CallView[];
    for (const one of rings) this.ringing.set(one.id, { notice: this.ringing.get(one.id)?.notice ?? null, call: one });
    for (const [id, { notice }] of this.ringing) {
      if (rings.some((one) => one.id === id)) continue;
      notice?.dispose();
      this.ringing.delete(id);
      void this.rangOut(id);
    }
    this.update();
  }

  /** `silent` is another. */
  update(): void {
    const silent = this.deps.silent();
    if (silent) this.seen();
    for (const ringing of this.ringing.values()) {
      const { call, notice } = ringing;
      if (!silent) ringing.notice = notice ?? this.deps.show({ kind: 'ringing', call });
      else notice?.dispose();
      if (silent) ringing.notice = null;
    }
  }

  dispose(): void {
    this.over = true;
    for (const { notice } of this.ringing.values()) notice?.dispose();
    this.ringing.clear();
    this.seen();
  }

  private async rangOut(id: string): Promise<void> {
    const call = await this.deps.find(id);
    if (this.over || call?.result !== 'missed' || this.deps.silent()) return;
    this.count += 1;
    this.missed?.dispose();
    this.missed = this.deps.show({ kind: 'missed', call, count: this.count });
  }

  private seen(): void {
    this.missed?.dispose();
    this.missed = null;
    this.count = 0;
  }
}

const isRinging = ({ direction, state }: CallView): boolean =>
  direction === 'inbound' && (state === 'incoming' || state === 'waiting');
