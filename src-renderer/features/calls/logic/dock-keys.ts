import { outcomes, type Outcome } from '#shared/domain/vocabulary.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';

export type DockAction = { do: 'hang-up' } | { do: 'outcome'; outcome: Outcome } | { do: 'mute' };

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  /** The focus is in a field that takes text. */
  readonly typing: boolean;
}

/**
 * What a key means to the dock. F2 is not here: it is global and belongs to the frame, so that it works from every
 * page (product.md P2.3). Digits are outcomes, but never while somebody types.
 */
export function dockAction(press: KeyPress, call: Pick<CallView, 'state'>): DockAction | null {
  const ended = call.state === 'ended';
  if (press.ctrl || press.alt) return null;
  if (press.key === 'Escape') return ended || call.state === 'ending' ? null : { do: 'hang-up' };
  if (press.typing) return null;
  if (press.key === 'm' || press.key === 'M') return ended ? null : { do: 'mute' };
  const outcome = /^[1-9]$/.test(press.key) ? outcomes[Number(press.key) - 1] : undefined;
  return outcome ? { do: 'outcome', outcome } : null;
}
