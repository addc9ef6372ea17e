import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import { checkDial, type GateAnswer, type NumberListing } from '#shared/domain/dial-gate.ts';
import { isSampleNumber, readNumber, readPbxNumber, type PhoneNumber } from '#shared/domain/phone-number.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';
import type { CallLookups } from './call-lookups.ts';
import type { OpenerPort } from './ports.ts';

export interface GateDeps {
  readonly context: { readonly clock: Pick<Clock, 'now'> };
  readonly lookups: Pick<CallLookups, 'callee'>;
  readonly openers: Pick<OpenerPort, 'forCall'>;
  /** False only where no public network is behind that channel, or that line of it (simulator). */
  readonly lineIsReal: (channel: Channel, lineId: string | null) => boolean;
  /** 通话规则 that hold for this person now. */
  readonly rules: () => CallRules;
  /** Why a number is barred by a list of the company's now; null = it is on none. */
  readonly listed: (e164: string) => NumberListing | null;
}

/** What is asked about: as it was typed, and by which way it would go out. */
export interface GateQuestion {
  readonly typed: string;
  readonly channel: Channel;
  readonly lineId: string | null;
  /** Of sample data, whatever its number looks like. */
  readonly sample: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The facts of this moment for the one gate (domain/dial-gate.ts), all of them from the desk's own database, in which stands
 * too what colleagues have had with the number (callees.ts): it works without a cloud, and it is one synchronous step (bench/gate).
 * @throws AppError `number.…`
 */
export function askGate(
  deps: GateDeps,
  { typed, channel, lineId, sample }: GateQuestion,
): { readonly number: PhoneNumber; readonly answer: GateAnswer } {
  const number = channel === 'sip' ? readPbxNumber(typed) : readNumber(typed);
  if (!number.ok) throw new AppError(number.error);
  const { e164 } = number.value;
  const now = deps.context.clock.now();
  const rules = deps.rules();
  const { dials, refusedAt } = deps.lookups.callee(e164, now - dayMs, now);
  const answer = checkDial({
    number,
    now,
    rules,
    listed: deps.listed(e164),
    refusedAt,
    dialsToCallee: dials,
    lineIsReal: deps.lineIsReal(channel, lineId),
    numberIsSample: sample || isSampleNumber(e164),
    consent: {
      openersAllowed: rules.openers,
      opener: rules.openers ? (deps.openers.forCall()?.id ?? null) : null,
      recording: rules.record,
    },
  });
  return { number: number.value, answer };
}
