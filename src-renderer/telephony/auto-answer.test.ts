import { expect, it } from 'vitest';
import { asksAnswer } from './auto-answer.ts';

const asks = (name: string, value: string): boolean =>
  asksAnswer({ getHeaders: (wanted) => (wanted === name ? [value] : []) });

it.each([
  ['answer-mode', 'Auto'],
  ['answer-mode', 'auto;require'],
  ['priv-answer-mode', 'Auto'],
  ['call-info', '<sip:pbx.example.com>;answer-after=0'],
  ['call-info', '<sip:a>;purpose=icon, <sip:b>; Answer-After = 0'],
  ['alert-info', '<http://www.example.com>;info=alert-autoanswer'],
  ['alert-info', 'Auto Answer'],
  ['alert-info', 'info=intercom'],
])('%s: %s asks for it', (name, value) => expect(asks(name, value)).toBe(true));

it.each([
  ['answer-mode', 'Manual'],
  ['answer-mode', 'Automobile'],
  ['call-info', '<sip:pbx.example.com>;answer-after=5'],
  ['call-info', '<http://example.com/?answer-after=0>;purpose=icon'],
  ['alert-info', '<http://intercom.example.com/auto-answer.wav>'],
  ['alert-info', '<http://example.com/ring.wav>;info=alert-external'],
  ['subject', 'Auto'],
])('%s: %s does not', (name, value) => expect(asks(name, value)).toBe(false));
