import { describe, expect, it } from 'vitest';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { testContext } from '../../testing/test-context.ts';
import { createSettings, defaultSettings } from './index.ts';

const openerId = '019a0000-0000-7000-8000-000000000001';
const peer = { peer: { kind: 'in-process', id: 'test' }, after: undefined } as const;

describe('settings', () => {
  it('starts with the defaults and keeps a change for the next run', () => {
    const values = new Map<string, string>();
    const first = createSettings({ context: testContext(), store: memoryStore(values) });
    expect(first.service.current()).toEqual(defaultSettings(null));
    first.service.change({ theme: 'dark', wrapUpSeconds: 0 });
    const next = createSettings({ context: testContext(), store: memoryStore(values) });
    expect(next.service.current()).toEqual({ ...defaultSettings(null), theme: 'dark', wrapUpSeconds: 0 });
  });

  it('sends the values at once and after each real change, until closed', () => {
    const { sources, service } = createSettings({ context: testContext(), store: memoryStore() });
    const seen: string[] = [];
    const stop = sources['settings.values'](
      null,
      { item: (value) => seen.push(value.theme), fail: () => undefined },
      peer,
    );
    service.change({ theme: 'dark' });
    service.change({ theme: 'dark' });
    service.change({ theme: undefined });
    stop();
    service.change({ theme: 'light' });
    expect(seen).toEqual(['system', 'dark']);
  });

  it('takes the default for a stored value that it cannot read, and says so', () => {
    const context = testContext();
    const store = memoryStore(new Map([['settings.theme', '"purple"'], ['settings.locale', 'en'], ['settings.maskNumbers', 'true']])); // prettier-ignore
    const { service } = createSettings({ context, store });
    expect(service.current()).toEqual({ ...defaultSettings(null), maskNumbers: true });
    expect(context.logLines.filter((line) => line.includes('settings.unreadable'))).toHaveLength(2);
  });

  it('has a phone per environment: the simulated one is plugged in only in the demo', () => {
    const { service } = createSettings({ context: testContext(), store: memoryStore() });
    const usb: Settings['phone'] = {
      kind: 'mux',
      modem: { at: { kind: 'tcp', host: 'phone', port: 4001 }, pcm: null },
    };
    service.use({ environment: 'production', personal: null });
    expect(service.current().phone).toEqual({ kind: 'none' });
    service.change({ phone: usb });
    service.use({ environment: 'demo', personal: null });
    expect(service.current().phone).toEqual({ kind: 'demo' });
    service.use({ environment: 'production', personal: null });
    expect(service.current().phone).toEqual(usb);
  });

  it('keeps the opener with the person, and refuses it while nobody is signed in', () => {
    const { service } = createSettings({ context: testContext(), store: memoryStore() });
    const mine = memoryStore();
    expect(() => service.change({ theme: 'dark', openerId })).toThrow('auth.required');
    expect(service.current().theme).toBe('system');
    service.use({ environment: 'demo', personal: mine });
    service.change({ openerId });
    service.use({ environment: 'demo', personal: memoryStore() });
    expect(service.current().openerId).toBeNull();
    service.use({ environment: 'demo', personal: mine });
    expect(service.current().openerId).toBe(openerId);
  });
});
