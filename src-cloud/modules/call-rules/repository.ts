import type { CloudCallRules } from '#shared/cloud-contract/contract.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { RulesTable, type StoredRules } from '../place-rules/index.ts';

/** As they are kept: rules of before holidays were known have none. */
export type KeptRules = Omit<CallRules, 'holidays'> & Partial<Pick<CallRules, 'holidays'>>;

export const table = new RulesTable<KeptRules>('callRules');
export const removedCallRules = table.removed;

export const onWire = ({ rules, ...row }: StoredRules<KeptRules>): CloudCallRules => ({
  ...row,
  ...rules,
  holidays: rules.holidays ?? [],
  week: [...rules.week],
});

export const callRulesById = async (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudCallRules[]> =>
  (await table.byId(db, scope, ids)).map(onWire);
