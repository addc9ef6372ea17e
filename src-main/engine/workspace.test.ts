import { describe, expect, it } from 'vitest';
import { createSettingsService } from './features/settings/settings.ts';
import type { Identity } from './features/session/index.ts';
import { MediaHandles } from './media/media-handles.ts';
import type { CloudClient } from './sync/cloud-client.ts';
import { memoryStore } from './testing/memory-store.ts';
import { tempFolder } from './testing/temp-folder.ts';
import { testContext } from './testing/test-context.ts';
import { openWorkspace, type WorkspaceDeps } from './workspace.ts';
import type { SampleOpener } from './workspace-openers.ts';

const identity = (folder: string): Identity<CloudClient> => ({
  environment: 'demo',
  // Nothing is asked of it: its first request is due only after this test.
  cloud: {} as CloudClient,
  deviceId: '01900000-0000-7000-8000-00000000000d',
  folder,
  employee: {
    id: '01900000-0000-7000-8000-00000000000a',
    name: '李坐席',
    account: 'li',
    role: 'agent',
    departmentName: null,
  },
  company: { id: '01900000-0000-7000-8000-00000000000c', name: '示例科技有限公司', sample: true },
});

describe('a workspace that cannot be opened', () => {
  it('leaves nothing behind: no open database, no settings that stand on it', async () => {
    const context = testContext(tempFolder());
    const settings = createSettingsService(memoryStore(), context.logger);
    const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
    const broken: SampleOpener = {
      name: '',
      text: '',
      get wav(): Uint8Array {
        throw new Error('the clip is not there');
      },
    };
    const deps: WorkspaceDeps = {
      context,
      version: '0.0.0',
      media: new MediaHandles(random),
      settings,
      deskStore: memoryStore(),
      globalCutIn: () => 'unavailable',
      loopback: null,
      secrets: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
      random: () => 0.5,
      sampleOpener: broken,
      onPersonChanged: () => undefined,
      onCompanyChanged: () => undefined,
      onSessionExpired: () => undefined,
    };
    await expect(openWorkspace(identity(context.dataDir), deps)).rejects.toThrow('the clip is not there');
    settings.change({ theme: 'dark' });
    expect(settings.current().theme).toBe('dark');
    const workspace = await openWorkspace(identity(context.dataDir), { ...deps, sampleOpener: null });
    await workspace.close();
    await workspace.close();
  });
});
