import type { SipAccountView, TypedSipAccount } from '#shared/desk-contract/areas/sip.ts';
import type { DtmfWay } from '#shared/domain/sip-account.ts';
import { codesTyped, typedCodes, type TypedStateCodes } from './state-codes-form.ts';

/** An account as it stands in the form. */
export interface AccountFields {
  name: string;
  server: string;
  domain: string;
  user: string;
  password: string;
  authUser: string;
  displayName: string;
  /** Several, with commas of either kind between them. */
  callerIds: string;
  stun: string;
  turn: string;
  turnUser: string;
  turnPassword: string;
  dtmf: DtmfWay;
  stateCodes: TypedStateCodes;
}

const empty: AccountFields = {
  name: '',
  server: '',
  domain: '',
  user: '',
  password: '',
  authUser: '',
  displayName: '',
  callerIds: '',
  stun: '',
  turn: '',
  turnUser: '',
  turnPassword: '',
  dtmf: 'rfc4733',
  stateCodes: typedCodes(undefined),
};

/** @param account null = a new one. Passwords are never shown. */
export function fieldsOf(account: SipAccountView | null): AccountFields {
  if (!account) return { ...empty, stateCodes: typedCodes(undefined) };
  const { authUser, callerIds, stun, turn } = account;
  const listed = { callerIds: callerIds.join('、'), stun: stun.join(', '), turn: turn.join(', ') };
  const stateCodes = typedCodes(account.stateCodes);
  return { ...empty, ...account, authUser: authUser ?? '', ...listed, stateCodes };
}

/** What is typed, for the engine to judge. An empty password = the one that is kept. */
export function accountOf(fields: AccountFields): TypedSipAccount {
  const { authUser, password, turnPassword, callerIds, stun, turn, stateCodes, ...rest } = fields;
  return {
    ...rest,
    authUser: authUser.trim() === '' ? null : authUser,
    password: password === '' ? null : password,
    turnPassword: turnPassword === '' ? null : turnPassword,
    // A blank is part of a number as people write it, and of no server's address.
    callerIds: parts(callerIds, /[,，、;；]/),
    stun: parts(stun, /[,，、;；\s]/),
    turn: parts(turn, /[,，、;；\s]/),
    ...codesTyped(stateCodes),
  };
}

const parts = (text: string, between: RegExp): string[] => text.split(between).filter((part) => part.trim() !== '');

/** Whether anything stands in the part of the form that most people never open. */
export const hasAdvanced = ({ stun, turn, dtmf, stateCodes }: AccountFields): boolean =>
  stun !== '' || turn !== '' || dtmf !== 'rfc4733' || Object.values(stateCodes).some((code) => code !== '');
