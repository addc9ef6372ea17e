import { SessionState, URI, type Referral } from 'sip.js';
import { expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { SipCall } from './sip-call.ts';
import { TransferRequest } from './transfer-request.ts';

it('a request that nobody decides is declined after 30 s, and whoever asked was told at once that it is there', () => {
  const clock = new ManualClock();
  const told: string[] = [];
  const notify = (_: unknown, { extraHeaders, body }: { extraHeaders: string[]; body: { content: string } }): void =>
    void told.push(`${body.content.trim()} | ${extraHeaders[1]}`);
  const call = { session: { state: SessionState.Established, dialog: { notify } } } as unknown as SipCall;
  const referral = {
    referTo: { uri: new URI('sip', '15400000137', 'pbx.example'), displayName: '' },
    accept: () => Promise.resolve(void told.push('202')),
  } as unknown as Referral;
  const callTo = (): SipCall => {
    throw new Error('dialled');
  };
  const request = new TransferRequest(referral, { clock, call, callTo });
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

it.each(['a%40b%3Bto-tag%3D1%0D%0AX-Evil%3A%201', '%zz'])('a place like %s is no place', (replaces) => {
  const referTo = { uri: new URI('sip', 'x', 'y.invalid'), displayName: '' };
  const referral = { referTo, replaces, accept: () => Promise.reject(new Error('taken')) } as unknown as Referral;
  const deps = { clock: new ManualClock(), call: {} as SipCall, callTo: () => ({}) as SipCall };
  expect(() => new TransferRequest(referral, deps)).toThrow();
});
