import {
  clockTime,
  longestGapMinutes,
  mostDialsPerNumber,
  type CallHours,
  type CallRules,
  type Holiday,
} from '#shared/domain/call-rules.ts';

/** 通话规则 as they are being written: numbers as typed. */
export interface RulesDraft {
  readonly week: readonly (CallHours | null)[];
  readonly holidays: readonly Holiday[];
  readonly dialsPerNumber: string;
  readonly gapMinutes: string;
  readonly record: boolean;
  readonly openers: boolean;
}

export const draftOfRules = ({
  week,
  holidays,
  dialsPerNumber,
  gapMinutes,
  record,
  openers,
}: CallRules): RulesDraft => ({
  week,
  holidays,
  dialsPerNumber: String(dialsPerNumber),
  gapMinutes: String(gapMinutes),
  record,
  openers,
});

export const bounds = {
  dialsPerNumber: { min: 1, max: mostDialsPerNumber },
  gapMinutes: { min: 0, max: longestGapMinutes },
} as const;

/** Null = not a whole number within its bounds. */
export function readBounded(name: keyof typeof bounds, typed: string): number | null {
  const { min, max } = bounds[name];
  const value = /^\s*\d{1,5}\s*$/.test(typed) ? Number(typed) : NaN;
  return value >= min && value <= max ? value : null;
}

/** A day whose hours are empty is one that cannot be saved: it is switched off instead. */
export const dayIsWrong = (hours: CallHours | null): boolean => hours !== null && hours.startMinute === hours.endMinute;

/** Without a first or last day, ended before it begins, or with hours that are none. */
export const holidayIsWrong = ({ from, to, hours }: Holiday): boolean =>
  from === '' || to === '' || from > to || dayIsWrong(hours);

/** The rules that the draft says; null = something in it is wrong. */
export function readRules(draft: RulesDraft): CallRules | null {
  const dialsPerNumber = readBounded('dialsPerNumber', draft.dialsPerNumber);
  const gapMinutes = readBounded('gapMinutes', draft.gapMinutes);
  if (dialsPerNumber === null || gapMinutes === null || draft.week.some(dayIsWrong)) return null;
  if (draft.holidays.some(holidayIsWrong)) return null;
  const holidays = draft.holidays.map((holiday) => ({ ...holiday, name: holiday.name.trim() }));
  return { ...draft, holidays, dialsPerNumber, gapMinutes };
}

const halfHour = 30;

/** Times to choose from, every half hour, and the one that is chosen already. */
export function timeOptions(chosen: number, from: number): { value: number; label: string }[] {
  const minutes = new Set(Array.from({ length: 48 }, (_, at) => from + at * halfHour));
  return [...minutes.add(chosen)].sort((a, b) => a - b).map((value) => ({ value, label: clockTime(value) }));
}
