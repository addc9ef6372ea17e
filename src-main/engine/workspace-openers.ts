import type { CallRulesFeature } from './features/call-rules/index.ts';
import type { OpenerChoice } from './features/openers/index.ts';
import type { SettingsService } from './features/settings/index.ts';

/** 人机互动 is the company's to switch off; which clip, and whether any, is then still the person's. */
export const openerChoice = (settings: SettingsService, { rules }: CallRulesFeature): OpenerChoice => ({
  current() {
    const { openerEnabled, openerId } = settings.current();
    return { openerEnabled: openerEnabled && rules.current().openers, openerId };
  },
  choose: (openerId) => settings.change({ openerId }),
  onChange(listener) {
    const both = [settings.onChange(listener), rules.onChange(listener)];
    return { dispose: () => both.forEach((one) => one.dispose()) };
  },
});
