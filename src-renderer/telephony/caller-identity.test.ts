import { URI } from 'sip.js';
import { expect, it } from 'vitest';
import { identityOf, numberIn } from './caller-identity.ts';

const account = { user: '8001', domain: 'pbx.example' };

it('says nothing of itself where no number was chosen', () => {
  expect(identityOf({ callerId: null, hideNumber: false }, account)).toEqual({ headers: [], from: null });
});

it('asks for the number to show, and stays in its own name', () => {
  expect(identityOf({ callerId: '+8615400000001', hideNumber: false }, account)).toEqual({
    headers: ['P-Preferred-Identity: <sip:+8615400000001@pbx.example>'],
    from: null,
  });
});

it('hides from the callee, not from the PBX', () => {
  const from = { uri: 'sip:anonymous@anonymous.invalid', displayName: 'Anonymous' };
  expect(identityOf({ callerId: null, hideNumber: true }, account)).toEqual({
    headers: ['P-Preferred-Identity: <sip:8001@pbx.example>', 'Privacy: id'],
    from,
  });
  expect(identityOf({ callerId: '15400000001', hideNumber: true }, account).headers).toEqual([
    'P-Preferred-Identity: <sip:15400000001@pbx.example>',
    'Privacy: id',
  ]);
});

it.each([
  ['15400000137', 'pbx.example', '15400000137'],
  ['+8615400000137', '10.0.0.1', '+8615400000137'],
  ['8002', 'pbx.example', '8002'],
  ['anonymous', 'anonymous.invalid', null],
  ['15400000137', 'anonymous.invalid', null],
  ['Anonymous', 'carrier.example', null],
  ['Restricted', 'carrier.example', null],
  ['unavailable', 'unknown.invalid', null],
  ['', 'pbx.example', null],
])('%s@%s calls: %s', (user, host, number) => {
  expect(numberIn(new URI('sip', user, host))).toBe(number);
});
