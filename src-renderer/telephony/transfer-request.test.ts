import { SessionState, URI, type Referral } from 'sip.js';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { SipCall } from './sip-call.ts';
import { TransferRequest } from './transfer-request.ts';

type Answer = (response: { message: { statusCode: number } }) => void;

/** A request of the other side of a call, and what that side is told. */
function asked() {
  const clock = new ManualClock();
  const told: string[] = [];
  /** To the latest NOTIFY. */
  let reject: Answer = () => undefined;
  const notify = (
    { onReject }: { onReject: Answer },
    { extraHeaders, body }: { extraHeaders: string[]; body: { content: string } },
  ): void => {
    reject = onReject;
    told.push(`${body.content.trim()} | ${extraHeaders[1]}`);
  };
  const session = { state: SessionState.Established, dialog: { notify } };
  const referral = {
    referTo: { uri: new URI('sip', '15400000137', 'pbx.example'), displayName: '' },
    accept: () => Promise.resolve(void told.push('202')),
  } as unknown as Referral;
  const callTo = (): SipCall => {
    throw new Error('dialled');
  };
  const request = new TransferRequest(referral, { clock, call: { session } as unknown as SipCall, callTo });
  return { clock, told, session, request, answer: (statusCode: number) => reject({ message: { statusCode } }) };
}

it('a request that nobody decides is declined after 30 s, and whoever asked was told at once that it is there', () => {
  const { clock, told, request } = asked();
  expect([request.number, request.attended]).toEqual(['15400000137', false]);
  expect(told).toEqual(['202', 'SIP/2.0 100 Trying | Subscription-State: active;expires=60']);
  let over = 0;
  request.onOver(() => (over += 1));
  clock.advance(30_000);
  expect(over).toBe(1);
  expect(told.slice(2)).toEqual(['SIP/2.0 603 Decline | Subscription-State: terminated;reason=noresource']);
  expect(() => request.accept()).toThrow('call.gone');
  request.decline();
  expect(told).toHaveLength(3);
});

describe('an end that is not taken by whoever asked', () => {
  it('is said again, until it is, for 30 s', () => {
    const { clock, told, request, answer } = asked();
    request.decline();
    for (let n = 0; n < 20; n += 1) {
      answer(n % 2 ? 503 : 408);
      clock.advance(2_000);
    }
    expect(told.filter((what) => what.includes('603'))).toHaveLength(15);
  });

  it.each([
    ['is over for them (481)', 481, SessionState.Established],
    ['belongs to a call that has ended', 503, SessionState.Terminated],
  ])('and %s is not said again', (_, status, state) => {
    const { clock, told, session, request, answer } = asked();
    // How far it has come is of no use later.
    answer(503);
    clock.advance(2_000);
    expect(told).toHaveLength(2);
    request.decline();
    answer(status);
    session.state = state as typeof session.state;
    clock.advance(60_000);
    expect(told).toHaveLength(3);
  });
});

it.each(['a%40b%3Bto-tag%3D1%0D%0AX-Evil%3A%201', '%zz'])('a place like %s is no place', (replaces) => {
  const referTo = { uri: new URI('sip', 'x', 'y.invalid'), displayName: '' };
  const referral = { referTo, replaces, accept: () => Promise.reject(new Error('taken')) } as unknown as Referral;
  const deps = { clock: new ManualClock(), call: {} as SipCall, callTo: () => ({}) as SipCall };
  expect(() => new TransferRequest(referral, deps)).toThrow();
});
