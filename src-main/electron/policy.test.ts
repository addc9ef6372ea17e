import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { appId, externalUrl, isOwnUrl, permissionAllowed, senderAllowed, windowOptions } from './policy.ts';

describe('addresses', () => {
  const schemes = fc.constantFrom(
    'app',
    'APP',
    'https',
    'http',
    'file',
    'javascript',
    'data',
    'tel',
    'mailto',
    'ws',
    '',
  );
  const hosts = fc.constantFrom(
    'desk',
    'DESK',
    'desk.evil',
    'evil.test',
    'desk@evil',
    'user@desk',
    'desk:80',
    'desk\\@x',
  );
  const slashes = fc.constantFrom('://', ':', ':/', ':\\\\', ':////', '://\t');
  const url = fc
    .tuple(schemes, slashes, hosts, fc.constantFrom('', '/', '/leads?x=1', '/..', '#t'))
    .map((parts) => parts.join(''));

  it('are ours only when scheme and host are exactly ours', () => {
    fc.assert(
      fc.property(fc.oneof(url, fc.webUrl(), fc.string()), (text) => {
        const ours = /^app:\/\/\t?desk([/?#]|$)/i.test(text) && /^app:\/\/\t?desk/.test(text.replace(/^app/i, 'app'));
        if (isOwnUrl(text)) expect([text, ours]).toEqual([text, true]);
      }),
      { seed: 4, numRuns: 3_000 },
    );
    for (const good of ['app://desk', 'app://desk/', 'app://desk/leads?x#y', 'APP://desk/'])
      expect(isOwnUrl(good)).toBe(true);
    for (const bad of ['app:desk', 'app:/desk', 'app://desk:1/', 'app://a@desk/', 'app://:b@desk/', 'app://desk.evil'])
      expect([bad, isOwnUrl(bad)]).toEqual([bad, false]);
  });

  it('go to the system only as https, mailto or tel', () => {
    fc.assert(
      fc.property(fc.oneof(url, fc.webUrl(), fc.string()), (text) => {
        const external = externalUrl(text);
        if (external !== null) expect(external).toMatch(/^(https:\/\/|mailto:|tel:)/);
      }),
      { seed: 5, numRuns: 3_000 },
    );
    expect(externalUrl('  HTTPS://Example.com\\a ')).toBe('https://example.com/a');
    for (const bad of ['http://x.test', 'file:///etc/passwd', 'smb://x', 'ms-settings:', 'javascript:1', 'no url'])
      expect([bad, externalUrl(bad)]).toEqual([bad, null]);
  });
});

describe('permissions', () => {
  it('are refused but for the few that are named, whatever Electron may add', () => {
    const types = readFileSync(createRequire(import.meta.url).resolve('electron/electron.d.ts'), 'utf8');
    const union = /permission: ('[^)]*?'), callback/.exec(types)?.[1] ?? '';
    const names = [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(10);
    const allowed = [...names, 'made-up'].filter((name) => permissionAllowed(name, 'app://desk', ['audio']));
    expect(allowed.toSorted()).toEqual(['clipboard-sanitized-write', 'media', 'notifications']);
    expect(permissionAllowed('media', 'app://desk', ['audio', 'video'])).toBe(false);
    expect(permissionAllowed('media', 'app://desk', [])).toBe(false);
    expect(permissionAllowed('media', 'https://evil.test', ['audio'])).toBe(false);
  });
});

describe('windows', () => {
  it('are made with every safe setting written out', () => {
    expect(windowOptions('/p.cjs', 't').webPreferences).toEqual({
      preload: '/p.cjs',
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      backgroundThrottling: false,
    });
  });
});

describe('senders', () => {
  it('are judged by their frame', () => {
    expect(senderAllowed({ url: 'app://desk/leads', parent: null })).toBe(true);
    expect(senderAllowed(null)).toBe(false);
  });
});

it('the program calls itself what its installer has registered', () => {
  expect(readFileSync('electron-builder.yml', 'utf8')).toContain(`appId: ${appId}\n`);
});
