import { z } from 'zod';
import type { ErrorCode } from '../base/error-codes.ts';
import { uuidPattern } from '../base/ids.ts';
import { dtmfWays } from '../domain/sip-account.ts';

// SIP accounts, as both contracts speak of them: those that people set up at their desks, and those of the company.

const id = z.string().regex(uuidPattern);
const time = z.number().int();
const code = z.string().max(40);
const version = z.number().int().positive();

/** Feature codes by which the PBX is told the agent's state (domain/state-codes.ts). */
const stateCodes = z.object({ ready: code, break: code, wrapUp: code.nullable() });

/** An account without its passwords (domain/sip-account.ts). What old ones lack has a default. */
export const sipAccountFields = {
  /** 备注名; "" = its address (domain/sip-account.ts). */
  name: z.string().max(40).default(''),
  /** `wss://…` or `ws://…` */
  server: z.string().max(300),
  domain: z.string().max(200),
  user: z.string().max(100),
  /** Null = the same as `user`. */
  authUser: z.string().max(100).nullable(),
  displayName: z.string().max(100),
  /** 主叫号码 that it may show; the first is the one of calls for which none is chosen. */
  callerIds: z.array(z.string().max(40)).max(20).readonly().default([]),
  stun: z.array(z.string().max(300)).max(4).readonly().default([]),
  turn: z.array(z.string().max(300)).max(4).readonly().default([]),
  turnUser: z.string().max(200).default(''),
  dtmf: z.enum(dtmfWays).default('rfc4733'),
  /** How the PBX is told the agent's state; absent = it is not. */
  stateCodes: stateCodes.optional(),
};

/** What the check of a typed account, or of its passwords, refuses with. */
export const accountTroubles = [
  'sip.server-invalid',
  'sip.domain-invalid',
  'sip.user-invalid',
  'sip.caller-id-invalid',
  'sip.state-code-invalid',
  'sip.state-codes-missing',
  'sip.state-codes-same',
  'sip.stun-invalid',
  'sip.turn-invalid',
  'sip.turn-no-user',
  'sip.turn-no-password',
  'sip.no-password',
] as const satisfies readonly ErrorCode[];

const password = z.string().max(200).nullable();
const account = z.object(sipAccountFields);
/** One that administrators type. A password that is null = the one that is kept. */
const typed = { account, password, turnPassword: password };

/** `employeeId`: to whom it is assigned; null = to nobody. */
export const newSipAccount = { ...typed, employeeId: id.nullable() };
/** `base`: the version that its author had before them. */
export const sipAccountEdit = { ...typed, base: version };
export const sipAssignment = { employeeId: id.nullable() };

/** Part of a name, an extension, a domain, or of the name of who has it. */
export const sipAccountsQuery = { search: z.string().trim().max(60).optional() };

/** An account of the company as administrators see it: never with a password. */
export const companySipAccountShape = {
  id,
  version,
  account,
  /** To whom it is assigned; null = to nobody. */
  employeeId: id.nullable(),
  employeeName: z.string().nullable(),
  /** Who it is assigned to may not sign in. */
  employeeDisabled: z.boolean(),
  hasTurnPassword: z.boolean(),
  /** False: this server has not got the key that the passwords were encrypted with; they have to be typed anew. */
  readable: z.boolean(),
  /** When a desk of that employee last took the passwords as they are now; null = none has yet. */
  takenAt: time.nullable(),
};

/** What a desk of the employee is told, and nobody else. `secretId` names this pair: another one has another. */
export const sipSecretShape = {
  secretId: z.string(),
  password: z.string(),
  /** Null where there is no TURN server. */
  turnPassword: z.string().nullable(),
};
