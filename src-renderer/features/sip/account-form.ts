import type { ErrorCode } from '#shared/base/error-codes.ts';
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

/** Which field a refusal is about; all others are said below the form. */
const fieldOf = {
  'sip.name-taken': 'name',
  'sip.server-invalid': 'server',
  'sip.domain-invalid': 'domain',
  'sip.user-invalid': 'user',
  'sip.account-exists': 'user',
  'channel.account-exists': 'user',
  'sip.no-password': 'password',
  'sip.caller-id-invalid': 'callerIds',
  'sip.stun-invalid': 'stun',
  'sip.turn-invalid': 'turn',
  'sip.turn-no-user': 'turnUser',
  'sip.turn-no-password': 'turnPassword',
  'sip.state-code-invalid': 'stateCodes',
  'sip.state-codes-missing': 'stateCodes',
  'sip.state-codes-same': 'stateCodes',
} as const satisfies Partial<Record<ErrorCode, keyof AccountFields>>;
type FieldCode = keyof typeof fieldOf;
type Refusable = (typeof fieldOf)[FieldCode];
const fieldCodes = Object.keys(fieldOf) as FieldCode[];
/** Why a field is refused, in words; null = it stands. */
export type AccountErrors = Record<Refusable, string | null>;

type Refusal = { readonly code: string };

export const isOfField = ({ code }: Refusal): boolean => fieldCodes.some((one) => one === code);

/** @param words of a refusal */
export function errorsOf<F extends Refusal>(refusal: F | null, words: (refusal: F) => string): AccountErrors {
  const none = Object.fromEntries(Object.values(fieldOf).map((field) => [field, null]));
  const code = fieldCodes.find((one) => refusal?.code === one);
  return { ...none, ...(refusal && code ? { [fieldOf[code]]: words(refusal) } : {}) } as AccountErrors;
}
