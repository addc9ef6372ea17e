import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#shared/base/errors.ts';
import { phoneProfile, type PhoneProfile } from './profile.ts';

/** Reads every `*.json` of a folder. Throws when one is not a profile: they ship with the program, so that is our fault. */
export function loadProfiles(folder: string): readonly PhoneProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const parsed = phoneProfile.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      if (!parsed.success) throw new AppError('internal', { profile: name }, parsed.error);
      return parsed.data;
    });
}

const same = (wanted: string | null, told: string | null): boolean =>
  wanted === null || wanted.toLowerCase() === told?.trim().toLowerCase();

const weight = ({ match }: PhoneProfile): number => Number(match.manufacturer !== null) + Number(match.model !== null);

/** The most specific profile for what the modem says of itself; the generic one (no conditions) for all others. */
export function matchProfile(
  profiles: readonly PhoneProfile[],
  told: { manufacturer: string | null; model: string | null },
): PhoneProfile {
  const fitting = profiles.filter(
    ({ match }) => same(match.manufacturer, told.manufacturer) && same(match.model, told.model),
  );
  const best = fitting.sort((a, b) => weight(b) - weight(a))[0];
  if (!best) throw new AppError('internal', { reason: 'no generic phone profile' });
  return best;
}
