import { z } from 'zod';
import { exportRulesFields } from '../company/exports.ts';
import { defineRoute } from './kit.ts';

// 导出权限: the company's own rule of who exports what.

export const exportRules = defineRoute({
  method: 'GET',
  path: '/v1/company/export-rules',
  summary: 'Which roles may export leads and call records, and whether with whole numbers',
  auth: 'user',
  right: 'exports.write',
  reply: z.looseObject(exportRulesFields),
  errors: ['access.denied'],
});

export const setExportRules = defineRoute({
  method: 'PUT',
  path: '/v1/company/export-rules',
  summary:
    'Other rules, for all roles at once. Each desk goes by them from its next contact on, and offline by what it heard last',
  auth: 'user',
  right: 'exports.write',
  body: z.object(exportRulesFields),
  reply: z.looseObject({}),
  errors: ['access.denied'],
});
