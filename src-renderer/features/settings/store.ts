import { defineStore } from 'pinia';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { useCommand, useStream } from '#renderer/app/desk.ts';

/** The settings as the engine keeps them; a change comes back through the stream, so all windows agree. */
export const useSettings = defineStore('settings', () => {
  const values = useStream('settings.values', null);
  const { run, failure, pending } = useCommand('settings.change');
  const change = async (part: Partial<Settings>): Promise<boolean> => (await run(part)).ok;
  return { values, change, failure, pending };
});
