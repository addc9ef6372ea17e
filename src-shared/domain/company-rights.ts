import type { Role } from './vocabulary.ts';

/**
 * 公司管理: who may do what (product.md P9). The cloud asks this before each route of administration, the window before it
 * shows a page or a button. What a manager may see is their own department's and no more (visibleTo in the cloud).
 */
export const companyRights = {
  /** See departments and employees, and how they stand. */
  'employees.read': ['manager', 'admin'],
  /** Departments, accounts, roles, passwords. */
  'employees.write': ['admin'],
  /** 黑名单 and 无效列表: see them, decide on requests, put numbers on and take them off. */
  'listings.decide': ['manager', 'admin'],
  /** Import a sheet into 线索库: what is imported belongs to the whole company. */
  'leads.import': ['manager', 'admin'],
  /** 通话规则 of the company and its departments, 人机互动 among them. */
  'call-rules.write': ['admin'],
  /** 开场白 of the company: their sounds, whom they are for, which is the default. */
  'openers.write': ['admin'],
  /** 话术 of the company. */
  'snippets.write': ['admin'],
  /** 话后结果 and 通话话术 of the company. */
  'outcomes.write': ['admin'],
  /** 公海规则 of the company and its departments. */
  'pools.write': ['admin'],
  /** 配额: how much people may use, and what everybody has used. */
  'quotas.write': ['admin'],
  /** 导出权限: which roles may export, and whether with whole numbers. */
  'exports.write': ['admin'],
  /** How long recordings are kept, and which stay whatever the rule says. */
  'recordings.keep': ['admin'],
  /** 通道: SIP accounts of the company and whose they are, 能力号 and to whom they are bound. */
  'channels.write': ['admin'],
  /** 审计日志: who did what, of everybody. Managers do not: it tells of administrators too, and where people sign in from. */
  'audit.read': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type CompanyRight = keyof typeof companyRights;

export const hasRight = (role: Role, right: CompanyRight): boolean =>
  (companyRights[right] as readonly Role[]).includes(role);
