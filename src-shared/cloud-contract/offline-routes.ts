import { z } from 'zod';
import { offlineRuleFields } from '../company/offline-rule.ts';
import { defineRoute } from './kit.ts';

// 离线登录: the company's own limit of its days.

export const offlineRule = defineRoute({
  method: 'GET',
  path: '/v1/company/offline-sign-in',
  summary: 'For how many days people sign in while the cloud is away',
  auth: 'user',
  right: 'employees.write',
  reply: z.looseObject(offlineRuleFields),
  errors: ['access.denied'],
});

export const setOfflineRule = defineRoute({
  method: 'PUT',
  path: '/v1/company/offline-sign-in',
  summary:
    'Another number of days. Each desk goes by it from its next contact on, also for those who are remembered there',
  auth: 'user',
  right: 'employees.write',
  body: z.object(offlineRuleFields),
  reply: z.looseObject({}),
  errors: ['access.denied'],
});
