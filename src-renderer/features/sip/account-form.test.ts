import { describe, expect, it } from 'vitest';
import { sipAccount } from '#shared/desk-contract/areas/sip.ts';
import { accountOf, fieldsOf, hasAdvanced } from './account-form.ts';

const account = sipAccount.parse({
  name: '北京线',
  server: 'wss://pbx.example.com:7443',
  domain: 'pbx.example.com',
  user: '8001',
  authUser: null,
  displayName: '',
  callerIds: ['15400000001', '15400000002'],
  stun: ['stun:stun.example.com'],
  turn: ['turn:turn.example.com', 'turns:turn.example.com:5349?transport=tcp'],
  turnUser: 'desk',
  dtmf: 'info',
});

describe('the form of an account', () => {
  it('shows what is kept, and gives the same back; passwords are the ones that are kept until some are typed', () => {
    const fields = fieldsOf(account);
    expect([fields.password, fields.turnPassword]).toEqual(['', '']);
    expect(accountOf(fields)).toEqual({ ...account, password: null, turnPassword: null });
    expect(accountOf({ ...fields, password: 'one', turnPassword: 'two' })).toMatchObject({
      password: 'one',
      turnPassword: 'two',
    });
  });

  it('takes several of one kind as people list them: numbers may have blanks, addresses are parted by them', () => {
    const typed = {
      ...fieldsOf(null),
      callerIds: '154 0000 0001，15400000002;',
      stun: 'one.example.com two.example.com',
    };
    expect(accountOf(typed)).toMatchObject({
      callerIds: ['154 0000 0001', '15400000002'],
      stun: ['one.example.com', 'two.example.com'],
      turn: [],
      authUser: null,
    });
  });

  it('opens its advanced part for whoever has something there', () => {
    expect(hasAdvanced(fieldsOf(account))).toBe(true);
    expect(hasAdvanced(fieldsOf({ ...account, stun: [], turn: [] }))).toBe(true);
    expect(hasAdvanced(fieldsOf({ ...account, stun: [], turn: [], dtmf: 'rfc4733' }))).toBe(false);
    expect(hasAdvanced(fieldsOf(null))).toBe(false);
  });
});
