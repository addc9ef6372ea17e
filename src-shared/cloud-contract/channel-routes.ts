import { z } from 'zod';
import * as numbers from '../company/capability-numbers.ts';
import { numberFaults } from '../company/phone-numbers.ts';
import * as sip from '../company/sip-accounts.ts';
import { defineRoute } from './kit.ts';
import { id } from './rows.ts';

// 通道 (decision 19): SIP accounts of the company and 能力号. Passwords go in, and come out by `sipAccountSecret` alone.

const params = z.object({ id });
const done = z.looseObject({});
const window = {
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(100),
};
const total = z.number().int().nonnegative();
/** What no check of one account can see. */
const channelFaults = ['channel.account-exists', 'channel.employee-full', 'secret.no-key'] as const;

export const companySipAccounts = defineRoute({
  method: 'GET',
  path: '/v1/company/sip-accounts',
  summary: 'The SIP accounts of the company and whose they are, by domain and extension; without passwords',
  auth: 'user',
  right: 'channels.write',
  query: z.object({ ...sip.sipAccountsQuery, ...window }),
  reply: z.looseObject({ accounts: z.array(z.looseObject(sip.companySipAccountShape)), total }),
  errors: ['access.denied'],
});

export const createSipAccount = defineRoute({
  method: 'POST',
  path: '/v1/company/sip-accounts',
  summary: 'A SIP account of the company, which a desk of its employee registers by itself',
  auth: 'user',
  right: 'channels.write',
  body: z.object(sip.newSipAccount),
  reply: z.looseObject({ id }),
  errors: ['access.denied', 'not-found', ...sip.accountTroubles, ...channelFaults],
});

export const changeSipAccount = defineRoute({
  method: 'PUT',
  path: '/v1/company/sip-accounts/:id',
  summary: 'An account as a whole; passwords that are null stay as they are',
  auth: 'user',
  right: 'channels.write',
  params,
  body: z.object(sip.sipAccountEdit),
  reply: z.looseObject({ version: z.number().int().positive() }),
  errors: [
    'access.denied',
    'not-found',
    'sync.conflict',
    'secret.unreadable',
    ...sip.accountTroubles,
    ...channelFaults,
  ],
});

export const assignSipAccount = defineRoute({
  method: 'PUT',
  path: '/v1/company/sip-accounts/:id/employee',
  summary: 'Assigns it to another employee, or (null) takes it back. Desks let go of it at once, or behind a call',
  auth: 'user',
  right: 'channels.write',
  params,
  body: z.object(sip.sipAssignment),
  reply: done,
  errors: ['access.denied', 'not-found', 'channel.employee-full'],
});

export const removeSipAccount = defineRoute({
  method: 'DELETE',
  path: '/v1/company/sip-accounts/:id',
  summary: 'Takes it away, with its passwords',
  auth: 'user',
  right: 'channels.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const capabilityNumbers = defineRoute({
  method: 'GET',
  path: '/v1/company/capability-numbers',
  summary: '能力号 of the company and to whom they are bound, by number',
  auth: 'user',
  right: 'channels.write',
  query: z.object({ ...numbers.capabilityNumbersQuery, ...window }),
  reply: z.looseObject({ numbers: z.array(z.looseObject(numbers.capabilityNumberShape)), total }),
  errors: ['access.denied'],
});

const bindingFaults = ['not-found', ...numberFaults, 'channel.number-taken', 'channel.two-holders'] as const;

export const createCapabilityNumber = defineRoute({
  method: 'POST',
  path: '/v1/company/capability-numbers',
  summary: 'A 能力号, bound to an employee, or to a department, or to nobody yet',
  auth: 'user',
  right: 'channels.write',
  body: z.object(numbers.capabilityNumberFields),
  reply: z.looseObject({ id }),
  errors: ['access.denied', ...bindingFaults],
});

export const changeCapabilityNumber = defineRoute({
  method: 'PUT',
  path: '/v1/company/capability-numbers/:id',
  summary: 'A 能力号 and its binding, as a whole',
  auth: 'user',
  right: 'channels.write',
  params,
  body: z.object(numbers.capabilityNumberFields),
  reply: done,
  errors: ['access.denied', ...bindingFaults],
});

export const removeCapabilityNumber = defineRoute({
  method: 'DELETE',
  path: '/v1/company/capability-numbers/:id',
  summary: 'Takes it away with its binding',
  auth: 'user',
  right: 'channels.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const channelRoutes = {
  companySipAccounts, createSipAccount, changeSipAccount, assignSipAccount, removeSipAccount,
  capabilityNumbers, createCapabilityNumber, changeCapabilityNumber, removeCapabilityNumber,
} as const; // prettier-ignore
