import { expect, it } from 'vitest';
import { ringOf } from './ring-rule.ts';

const sip = { state: 'incoming', channel: 'sip' } as const;
const phone = { state: 'incoming', channel: 'desk-phone' } as const;
const spoken = { state: 'active', channel: 'sip' } as const;

it.each([
  ['SIP rings', [sip, null], 'sip', 'ring'],
  ['a desk phone rings by itself', [phone, null], 'sip', null],
  ['… unless the person wants both', [phone, null], 'all', 'ring'],
  ['nobody wants to hear anything', [sip, phone], 'none', null],
  ['a call that is spoken does not ring', [spoken, null], 'all', null],
  ['who speaks is told softly of a second caller', [spoken, { ...sip, state: 'waiting' }], 'sip', 'knock'],
  ['… of the phone, the phone tells', [spoken, { ...phone, state: 'waiting' }], 'sip', null],
  [
    'who dials too',
    [
      { ...phone, state: 'dialing' },
      { ...sip, state: 'waiting' },
    ],
    'sip',
    'knock',
  ],
  ['beside a call that is held it rings', [{ ...spoken, state: 'held' }, sip], 'sip', 'ring'],
  [
    'who waited is alone now',
    [
      { ...spoken, state: 'ended' },
      { ...sip, state: 'waiting' },
    ],
    'sip',
    'ring',
  ],
  ['nothing is there', [null, null], 'all', null],
] as const)('%s', (_what, calls, whose, tone) => {
  expect(ringOf(calls, whose)).toBe(tone);
});
