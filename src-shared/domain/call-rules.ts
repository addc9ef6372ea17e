/** Minutes of the Beijing day, [start, end). 0–1440 = always; a start behind the end runs over midnight. */
export interface CallHours {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** As people write it: 08:00. */
export const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** A day of the Beijing calendar, 2026-10-01. */
export type CalendarDay = string;

/** 节假日: days, first and last included, that have hours of their own instead of their weekday's. */
export interface Holiday {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  /** 国庆节; empty = nobody has named it. */
  readonly name: string;
  /** Null = nobody is called; hours, for a working day that makes up for one (调休). */
  readonly hours: CallHours | null;
}

/** 通话规则: what a company says of its calls; a department's own rules take the place of the company's as a whole. */
export interface CallRules {
  /** Monday to Sunday, Beijing time; null = nobody is called on that day. Hours over midnight belong to the day they begin on. */
  readonly week: readonly (CallHours | null)[];
  /** 节假日安排, before the week; where two speak of one day the first holds. */
  readonly holidays: readonly Holiday[];
  /** Dials of one number in 24 h from one desk. */
  readonly dialsPerNumber: number;
  /** Between two dials of one number from one desk; 0 = none. */
  readonly gapMinutes: number;
  /** 通话录音. */
  readonly record: boolean;
  /** 人机互动: an opener may speak first; false = the agent speaks at once, whatever they have chosen for themselves. */
  readonly openers: boolean;
}

/** The product's own limit (product.md P1.5); a company may be stricter, not laxer. */
export const mostDialsPerNumber = 5;
export const longestGapMinutes = 1440;
/** More than a calendar of two years has. */
export const mostHolidays = 60;

/** The law's hours, on every day. */
const lawfulHours: CallHours = { startMinute: 480, endMinute: 1260 };
export const everyDay = (hours: CallHours | null): CallRules['week'] => Array<CallHours | null>(7).fill(hours);

/** Until the company has said something else. */
export const defaultCallRules: CallRules = {
  week: everyDay(lawfulHours),
  holidays: [],
  dialsPerNumber: mostDialsPerNumber,
  gapMinutes: 0,
  record: true,
  openers: true,
};
