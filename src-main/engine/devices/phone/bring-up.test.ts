import { describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { pass } from '#tests/support/scripted-modem.ts';
import { atBench } from '../at/testing/at-bench.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import { bringUp, type ModemIdentity } from './bring-up.ts';

const profiles = loadProfiles('resources/devices');
const manners: Record<string, string[]> = {
  'AT+CGMI': ['Jinhu', 'OK'],
  'AT+CGMM': ['JH-5 SIM', 'OK'],
  'AT+CGMR': ['JH5-1.0.0 SIMULATED', 'OK'],
  'AT+CGSN': ['000000000000019', 'OK'],
};

/**
 * Brings up a phone that needs `answersAfterMs` for each word.
 * @param leftOver final results that still come of what another engine asked
 */
async function broughtUp(answersAfterMs: number, leftOver: number): Promise<ModemIdentity> {
  const { clock, modem, session } = atBench();
  let owed = leftOver;
  modem.on(/./, (line) => {
    for (; owed > 0; owed -= 1) clock.after(20, () => modem.say('OK'));
    clock.after(answersAfterMs, () => modem.say(...(manners[line] ?? ['OK'])));
    return null;
  });
  const identity = bringUp(session, [], { profiles, clock, logger: silentLogger });
  await pass(clock, 12_000, 10);
  return identity;
}

describe('bringUp', () => {
  const jinhu = { manufacturer: 'Jinhu', model: 'JH-5 SIM', imei: '000000000000019', simulated: true };

  it('asks a phone for its make', async () => {
    expect(await broughtUp(30, 0)).toMatchObject(jinhu);
  });

  it.each([1, 2])('is not misled by %i answers to an engine that is gone', async (leftOver) => {
    const identity = await broughtUp(150, leftOver);
    expect(identity).toMatchObject(jinhu);
    expect(identity.profile.id).not.toBe('generic-27007');
  });

  it('is not misled by a phone that answers its first AT behind the second', async () => {
    expect(await broughtUp(420, 0)).toMatchObject(jinhu);
  });

  it('takes a make that keeps its name to itself for one by the standard', async () => {
    const { clock, modem, session } = atBench();
    const identity = bringUp(session, [], { profiles, clock, logger: silentLogger });
    await pass(clock, 4_000, 10);
    expect(await identity).toMatchObject({ manufacturer: null, profile: { id: 'generic-27007' } });
    expect(modem.sent.filter((line) => line === 'AT+CGMI')).toHaveLength(2);
  });
});
