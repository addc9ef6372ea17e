import type { SessionState } from '#shared/desk-contract/areas/session.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { defaultCaps } from '#shared/domain/sim-caps.ts';

/** Which world the desk works in; null until the person chose. */
export type Environment = NonNullable<SessionState['environment']>;

/** A fresh desk. In the demo the simulated phone is plugged in already: nobody should have to find it first. */
export function defaultSettings(environment: Environment | null): Settings {
  return {
    locale: 'zh-CN',
    theme: 'system',
    channel: 'desk-phone',
    openerEnabled: true,
    openerId: null,
    afterOpener: 'listen',
    maskNumbers: false,
    callersOnBreak: 'busy',
    // Who can reach the extension could else open the microphone in the room.
    autoAnswer: 'off',
    callNotices: true,
    wrapUpSeconds: 10,
    phone: { kind: environment === 'demo' ? 'demo' : 'none' },
    simPolicy: 'rotate',
    // Who tries the demo calls again at once, and no operator watches the simulated cards.
    simCaps: environment === 'demo' ? { ...defaultCaps, gapSeconds: 0 } : defaultCaps,
    voiceRoute: 'handset',
    voiceDevices: { inputs: [], outputs: [] },
    voiceProcessing: { echoCancellation: true, noiseSuppression: true, autoGain: true },
    // A desk phone rings by itself.
    ringing: { calls: 'sip', devices: [], volume: 70 },
    soundCards: {},
    phoneKeys: { cutIn: null },
    leadLists: {},
    exports: {},
  };
}
