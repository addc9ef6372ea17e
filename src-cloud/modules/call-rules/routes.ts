import { callRules, removeCallRules, setCallRules } from '#shared/cloud-contract/contract.ts';
import { clockTime, type CallHours, type CallRules, type Holiday } from '#shared/domain/call-rules.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { RulesService } from '../place-rules/index.ts';
import { onWire, table } from './repository.ts';

export function registerCallRules(registrar: Registrar, deps: CloudDeps): void {
  const service = new RulesService(deps, { table, type: 'call-rules', inWords });
  registrar.add(callRules, async ({ scope }) => ({ rules: (await service.list(scope)).map(onWire) }));
  registrar.add(setCallRules, ({ scope, origin, params, body: { base, ...rules } }) =>
    service.set({ scope, origin }, params.id, base, rules),
  );
  registrar.add(removeCallRules, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}

const hoursInWords = (hours: CallHours | null): string =>
  hours ? `${clockTime(hours.startMinute)}–${clockTime(hours.endMinute)}` : '-';

/** 2026-10-01–2026-10-07 国庆节 - */
const holidayInWords = ({ from, to, name, hours }: Holiday): string =>
  [from === to ? from : `${from}–${to}`, name, hoursInWords(hours)].filter(Boolean).join(' ');

const inWords = ({ week, holidays, dialsPerNumber, gapMinutes, record, openers }: CallRules) => ({
  week: week.map(hoursInWords).join(' '),
  holidays: holidays.map(holidayInWords).join('; '),
  dialsPerNumber,
  gapMinutes,
  record,
  openers,
});
