import type { BrowserWindowConstructorOptions } from 'electron';

/**
 * Every security decision of the Electron shell, as pure functions (Electron's security checklist, points 1–20), so that
 * they can be proven without Electron. electron-shell.ts only wires them.
 */
export const appScheme = 'app';
/** `appId` of electron-builder.yml. */
export const appId = 'cn.jinhu.desk';
const appHost = 'desk';
export const appUrl = `${appScheme}://${appHost}/`;

/** `standard` + `secure`: a real origin with storage and a microphone. No bypassCSP, no corsEnabled, ever. */
export const schemePrivileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };

/** Points 2–6, 8–12: all written out, so that a change of a default changes nothing here. */
export function windowOptions(preload: string, title: string): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
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
      // The call dock runs its timers and sound also while the window is behind others.
      backgroundThrottling: false,
    },
  };
}

/** Point 13. By the URL parser, never by prefix: `app://desk.evil/` starts with our address too. */
export function isOwnUrl(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return (
    parsed !== null &&
    parsed.protocol === `${appScheme}:` &&
    parsed.hostname === appHost &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === ''
  );
}

/** Point 5. Unknown permissions, new ones of a later Electron included, are refused. */
export function permissionAllowed(permission: string, origin: string, media: readonly string[] = []): boolean {
  if (!isOwnUrl(origin)) return false;
  if (permission === 'media') return media.length > 0 && media.every((kind) => kind === 'audio');
  return permission === 'notifications' || permission === 'clipboard-sanitized-write';
}

/** Points 14 and 15: what may be handed to the system, in the parser's own spelling; null = nothing. */
export function externalUrl(url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed && ['https:', 'mailto:', 'tel:'].includes(parsed.protocol) ? parsed.href : null;
}

export const dialSchemes = ['tel', 'callto'] as const;
const longestDialLink = 100;

/**
 * The first address of a number among the words with which the system starts a program; null = there is none. Any page can
 * send one, so it only fills the dial field: what it says is read as if somebody had typed it.
 */
export const dialLinkAmong = (words: readonly string[]): string | null =>
  words.find((word) => word.length <= longestDialLink && dialSchemes.some((scheme) => word.toLowerCase().startsWith(`${scheme}:`))) ?? null; // prettier-ignore

/** Point 17: only the main frame of a window of ours may ask for a port. */
export function senderAllowed(frame: { readonly url: string; readonly parent: unknown } | null): boolean {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url);
}

export type CloseDecision = 'close' | 'hide' | 'ask';

/** The main window goes to the tray; a call is never cut off without asking. */
export function closeDecision(facts: { main: boolean; liveCall: boolean }): CloseDecision {
  if (facts.liveCall) return 'ask';
  return facts.main ? 'hide' : 'close';
}
