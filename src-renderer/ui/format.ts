/** Pure text for times, durations and counts. Chinese and English; everything else falls back to Chinese forms. */
export type UiLocale = 'zh-CN' | 'en';

const two = (value: number): string => String(value).padStart(2, '0');

/** `1:05`, `1:02:03`. Negative and broken values read as zero. */
export function formatDuration(ms: number): string {
  const seconds = Number.isFinite(ms) ? Math.max(0, Math.floor(ms / 1000)) : 0;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** Local date and time to the second, for hover and export: `2026-01-05 14:05:09`. */
export function formatExact(at: number): string {
  const d = new Date(at);
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${day} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

const dayNumber = (at: number): number => {
  const d = new Date(at);
  // Days are counted on local dates; Date.UTC of the local parts is immune to daylight-saving hours.
  return Math.floor(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000);
};

const words = {
  'zh-CN': {
    justNow: '刚刚',
    minutes: (n: number) => `${n} 分钟前`,
    today: (t: string) => `今天 ${t}`,
    yesterday: (t: string) => `昨天 ${t}`,
    tomorrow: (t: string) => `明天 ${t}`,
  },
  en: {
    justNow: 'just now',
    minutes: (n: number) => `${n} min ago`,
    today: (t: string) => `today ${t}`,
    yesterday: (t: string) => `yesterday ${t}`,
    tomorrow: (t: string) => `tomorrow ${t}`,
  },
};

/** A moment as people say it: 刚刚, 3 分钟前, 今天 09:12, 昨天 14:05, 3-18 10:00, 2025-3-18. */
export function formatAgo(at: number, now: number, locale: UiLocale): string {
  const say = words[locale];
  const d = new Date(at);
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}`;
  const elapsed = now - at;
  if (elapsed >= -60_000 && elapsed < 60_000) return say.justNow;
  if (elapsed > 0 && elapsed < 3_600_000) return say.minutes(Math.floor(elapsed / 60_000));
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0) return say.today(clock);
  if (days === 1) return say.yesterday(clock);
  const monthDay = `${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return d.getFullYear() === new Date(now).getFullYear() ? `${monthDay} ${clock}` : `${d.getFullYear()}-${monthDay}`;
}

/** A moment to come, rounded up to the minute so that it holds when it is reached: 14:06, 明天 09:00. */
export function formatUpcoming(at: number, now: number, locale: UiLocale): string {
  const minute = Math.ceil(at / 60_000) * 60_000;
  const d = new Date(minute);
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}`;
  const days = dayNumber(minute) - dayNumber(now);
  if (days === 0) return clock;
  return days === 1 ? words[locale].tomorrow(clock) : `${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock}`;
}

const counts = new Intl.NumberFormat('en-US');
/** Counts with separators: `1,284`. */
export const formatCount = (value: number): string => counts.format(value);
