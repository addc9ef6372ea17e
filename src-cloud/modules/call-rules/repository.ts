import type { CloudCallRules } from '#shared/cloud-contract/contract.ts';
import { defaultCallRules, type CallRules } from '#shared/domain/call-rules.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { RulesTable, type StoredRules } from '../place-rules/index.ts';

export const table = new RulesTable<CallRules>('callRules', { holidays: defaultCallRules.holidays });
export const removedCallRules = table.removed;

export const onWire = ({ rules, ...row }: StoredRules<CallRules>): CloudCallRules => ({
  ...row,
  ...rules,
  week: [...rules.week],
});

export const callRulesById = async (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudCallRules[]> =>
  (await table.byId(db, scope, ids)).map(onWire);
