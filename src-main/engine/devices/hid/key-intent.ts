import { assertNever } from '#shared/base/assert-never.ts';
import { nameOf, type KeyEvent, type Lights } from './hid-machine.ts';

/** What the calls of this moment look like to a key. */
export interface CallSituation {
  /** The call in hand; `none` also while one is only being wrapped up. */
  readonly call: 'none' | 'ringing-in' | 'calling-out' | 'active' | 'held' | 'ending';
  /** A second call can be taken: it rings, or it is held. */
  readonly waiting: boolean;
  readonly muted: boolean;
  /** An opener plays: the agent may cut in. */
  readonly openerPlays: boolean;
}

export const noCalls: CallSituation = { call: 'none', waiting: false, muted: false, openerPlays: false };

/** What a key means now. */
export type KeyIntent =
  | { readonly do: 'answer' | 'reject' | 'hang-up' | 'hold' | 'resume' | 'swap' | 'cut-in' | 'nothing' }
  | { readonly do: 'set-muted'; readonly muted: boolean }
  | { readonly do: 'dtmf' | 'type'; readonly digit: string }
  /** The last number goes into the dial field; nothing is dialled without the gate and a person (product P1.5). */
  | { readonly do: 'recall-number' };

const nothing: KeyIntent = { do: 'nothing' };

/** @param cutInKey the key that a person has bound to 切入, by `nameOf`; while an opener plays it means nothing else */
export function intentOf(event: KeyEvent, situation: CallSituation, cutInKey: string | null): KeyIntent {
  if (situation.openerPlays && nameOf(event) === cutInKey) return { do: 'cut-in' };
  const { call, waiting } = situation;
  switch (event.key) {
    case 'hook':
      return hookIntent(event.up, situation);
    case 'mute':
      return call === 'active' || call === 'held' ? { do: 'set-muted', muted: !situation.muted } : nothing;
    case 'flash':
    case 'line':
      if (waiting) return { do: 'swap' };
      return call === 'held' ? { do: 'resume' } : nothing;
    case 'hold':
      if (call === 'held') return { do: 'resume' };
      return call === 'active' ? { do: 'hold' } : nothing;
    case 'drop':
      if (call === 'ringing-in') return { do: 'reject' };
      return call === 'none' || call === 'ending' ? nothing : { do: 'hang-up' };
    case 'redial':
      return call === 'none' ? { do: 'recall-number' } : nothing;
    case 'keypad':
      if (call === 'active') return { do: 'dtmf', digit: event.digit };
      return call === 'none' ? { do: 'type', digit: event.digit } : nothing;
    case 'speed-dial':
    case 'button':
      return nothing; // for people to bind
    default:
      return assertNever(event);
  }
}

/** Lifting without a call dials nothing: what it would dial is nobody's decision yet. */
function hookIntent(up: boolean, { call }: CallSituation): KeyIntent {
  if (up) return call === 'ringing-in' ? { do: 'answer' } : nothing;
  return call === 'active' || call === 'held' || call === 'calling-out' ? { do: 'hang-up' } : nothing;
}

/**
 * What the device shows. Off-hook stays lit on hold: makes take its going out for the end and answer with a hook report
 * that would end the call (research/hardware 2.3).
 */
export function lightsOf({ call, muted }: CallSituation): Lights {
  const live = call === 'active' || call === 'held' || call === 'calling-out';
  return { 'off-hook': live, ring: call === 'ringing-in', mute: live && muted, hold: call === 'held' };
}
