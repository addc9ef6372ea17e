import { halfWidth } from './company-name.ts';
import { exportWords } from './export-words.ts';
import { longestTag, mostTags } from './lead-bounds.ts';
import { beijingMs } from './sim-governor.ts';
import { leadStages, type LeadStage } from './vocabulary.ts';

// 阶段, 标签, 下次跟进 of a sheet: how far a lead has come elsewhere, as people and our own files write it.

const plain = (text: string): string => halfWidth(text).replace(/\s/g, '').toLowerCase();

/** Both languages’ names of the stages, whichever the window speaks. */
const stages = new Map(
  Object.values(exportWords).flatMap(({ stage }) => leadStages.map((one) => [plain(stage[one]), one] as const)),
);

/** Null = nobody calls a stage so. */
export const readStage = (text: string): LeadStage | null => stages.get(plain(text)) ?? null;

/** Between two tags in one cell. */
const betweenTags = /[;；、,，|\r\n\t]+/;
/** The tags of a cell, each once, and what is too long for one or stands behind the last that there is room for. */
export function readTags(text: string): { readonly tags: string[]; readonly over: string[] } {
  const all = [...new Set(text.split(betweenTags).map((tag) => tag.replace(/\s+/g, ' ').trim()).filter((tag) => tag !== ''))]; // prettier-ignore
  const fit = all.filter((tag) => tag.length <= longestTag);
  const tags = fit.slice(0, mostTags);
  return { tags, over: all.filter((tag) => !tags.includes(tag)) };
}

const moment = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{1,2})分?(?::\d{1,2})?)?$/;
/** Of a day without a time. */
const morning = 9;

/** A day, or a day and time, of Beijing, in ms; without a time nine in the morning. Null = is none. */
export function readMoment(text: string): number | null {
  const match = moment.exec(halfWidth(text).trim());
  if (!match) return null;
  const [year, month, day, hour = morning, minute = 0] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part))); // prettier-ignore
  const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute);
  const back = new Date(at);
  // The 31st of a month that has thirty days is no day.
  const isDay = back.getUTCMonth() === (month ?? 0) - 1 && back.getUTCDate() === day && hour < 24 && minute < 60;
  return isDay ? at - beijingMs : null;
}
