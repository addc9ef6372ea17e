import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/**
 * A recording stand-in for the module `electron`: what the shell sets up can be read back, and a test plays the system
 * (ready, keys, windows, frames). Used by `vi.mock('electron', …)`; only what the shell uses exists, so that a new use
 * shows up as a failing test.
 */
type Listener = (...args: never[]) => unknown;

/** Everything the shell did, in order: "enableSandbox", "handle app", "loadURL app://desk/" … */
export const calls: string[] = [];
export const state = {
  lock: true,
  freeKeys: true,
  locale: 'zh-CN',
  appPath: '/nowhere',
  ready: Promise.resolve(),
  dialogAnswer: 2,
  keys: new Map<string, () => void>(),
  windows: [] as FakeWindow[],
  external: [] as string[],
  /** For which the system asks this program. */
  schemes: new Set<string>(),
  handlers: new Map<string, Listener>(),
  paths: new Map<string, string>(),
  exposed: new Map<string, unknown>(),
  loadFails: false,
  keyStore: 'ok' as 'ok' | 'unavailable' | 'basic_text' | 'rotated' | 'throws',
};
const note = (what: string): void => void calls.push(what);

class FakeApp extends EventEmitter {
  enableSandbox = (): void => note('enableSandbox');
  setPath = (name: string, path: string): void => void state.paths.set(name, path);
  getLocale = (): string => state.locale;
  getAppPath = (): string => state.appPath;
  exit = (code: number): void => note(`exit ${code}`);
  isDefaultProtocolClient = (scheme: string): boolean => state.schemes.has(scheme);
  setAsDefaultProtocolClient = (scheme: string): boolean => state.schemes.add(scheme).size > 0;
  removeAsDefaultProtocolClient = (scheme: string): boolean => state.schemes.delete(scheme);
  requestSingleInstanceLock(): boolean {
    note('requestSingleInstanceLock');
    return state.lock;
  }
  whenReady(): Promise<void> {
    note('whenReady');
    return state.ready;
  }
  quit(): void {
    note('quit');
    this.emit('before-quit', cancellable());
  }
}

/** The event of everything that can be prevented. */
export function cancellable(fields: object = {}): { prevented: boolean; preventDefault(): void } {
  const event = { ...fields, prevented: false, preventDefault: () => void (event.prevented = true) };
  return event;
}

class FakeContents extends EventEmitter {
  readonly id: number;
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  crashed = false;
  isCrashed = (): boolean => this.crashed;
  forcefullyCrashRenderer = (): void => this.die('killed');
  /** Its process ends. */
  die(reason: string): void {
    this.crashed = true;
    this.emit('render-process-gone', {}, { reason, exitCode: 1 });
  }
  constructor(id: number) {
    super();
    this.id = id;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

export class FakeWindow extends EventEmitter {
  readonly options: { webPreferences: Record<string, unknown> };
  readonly webContents: FakeContents;
  visible = false;
  constructor(options: { webPreferences: Record<string, unknown> }) {
    super();
    this.options = options;
    state.windows.push(this);
    this.webContents = new FakeContents(state.windows.length);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    note(`loadURL ${url}`);
    if (state.loadFails) return Promise.reject(new Error('ERR_FAILED'));
    this.webContents.crashed = false;
    this.emit('ready-to-show');
    return Promise.resolve();
  }
  show = (): void => void (this.visible = true);
  hide = (): void => void (this.visible = false);
  focus = (): void => note('focus');
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => false;
  /** The person clicks the cross; true = the window is gone. */
  clickClose(): boolean {
    const event = cancellable();
    this.emit('close', event);
    if (!event.prevented) this.emit('closed');
    return !event.prevented;
  }
}

/** A worker's port that speaks like MessagePortMain: messages come wrapped in an event. */
function mainPort(port: MessagePort): object {
  return {
    postMessage: (message: unknown) => port.postMessage(message),
    on: (event: string, listener: (argument?: unknown) => void) =>
      port.on(event, (data: unknown) => listener(event === 'message' ? { data } : undefined)),
    start: () => port.start(),
    close: () => port.close(),
  };
}

export const app = new FakeApp();
export const ipcMain = new EventEmitter();
export const ipcRenderer = Object.assign(new EventEmitter(), {
  send: (channel: string) => void ipcMain.emit(channel, ipcEvent()),
});
/** What an ipc message from the first window's main frame looks like; `frame` bends it. */
export function ipcEvent(frame: object | null = {}): object {
  const senderFrame = frame && {
    url: 'app://desk/',
    parent: null,
    postMessage: (channel: string, _message: unknown, ports: unknown[]) => void ipcRenderer.emit(channel, { ports }),
    ...frame,
  };
  return { sender: { id: 1 }, senderFrame };
}

const record =
  (name: string) =>
  (handler: Listener): void => {
    note(name);
    state.handlers.set(name, handler);
  };
export const session = {
  defaultSession: {
    setPermissionRequestHandler: record('permission-request'),
    setPermissionCheckHandler: record('permission-check'),
    setDevicePermissionHandler: record('device-permission'),
  },
};
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => note(`scheme ${JSON.stringify(schemes)}`),
  handle(scheme: string, handler: Listener): void {
    note(`handle ${scheme}`);
    state.handlers.set(`protocol ${scheme}`, handler);
  },
};
export const globalShortcut = {
  register(key: string, pressed: () => void): boolean {
    if (!state.freeKeys) return false;
    state.keys.set(key, pressed);
    return true;
  },
  unregister: (key: string) => void state.keys.delete(key),
};
export class MessageChannelMain {
  readonly port1: object;
  /** Stays a real port: it is what arrives in the page. */
  readonly port2: MessagePort;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = mainPort(port1);
    this.port2 = port2;
  }
}
/** Turns the bytes round: enough to tell sealed from clear. */
const turned = (bytes: Buffer): Buffer => Buffer.from(bytes).reverse();
export const safeStorage = {
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(state.keyStore !== 'unavailable'),
  getSelectedStorageBackend: (): string => (state.keyStore === 'basic_text' ? 'basic_text' : 'gnome_libsecret'),
  encryptStringAsync(text: string): Promise<Buffer> {
    note('encrypt');
    if (state.keyStore === 'throws') return Promise.reject(new Error('the keyring is locked'));
    return Promise.resolve(turned(Buffer.from(text)));
  },
  decryptStringAsync(sealed: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> {
    if (state.keyStore === 'throws') return Promise.reject(new Error('the key is gone'));
    return Promise.resolve({ shouldReEncrypt: state.keyStore === 'rotated', result: turned(sealed).toString() });
  },
};
export const dialog = {
  showMessageBox(): Promise<{ response: number }> {
    note('ask');
    return Promise.resolve({ response: state.dialogAnswer });
  },
};
export const shell = {
  openExternal(url: string): Promise<void> {
    if (url.startsWith('tel:')) return Promise.reject(new Error('no program takes tel:'));
    state.external.push(url);
    return Promise.resolve();
  },
};
export const nativeImage = { createFromPath: (path: string) => path };
export const Menu = { buildFromTemplate: (items: unknown[]) => items };
export class Tray extends EventEmitter {
  constructor() {
    super();
    note('tray');
  }
  setToolTip(): void {
    note('tooltip');
  }
  setContextMenu(items: { click?: () => void }[]): void {
    state.handlers.set('tray open', items.at(0)?.click ?? (() => undefined));
    state.handlers.set('tray quit', items.at(-1)?.click ?? (() => undefined));
  }
}
export const contextBridge = {
  exposeInMainWorld: (name: string, value: unknown) => void state.exposed.set(name, value),
};
export { FakeWindow as BrowserWindow };

/** A fresh machine; the preload's own listener stays, as it is loaded once per test file. */
export function resetElectron(): void {
  calls.length = 0;
  Object.assign(state, {
    keyStore: 'ok',
    lock: true,
    freeKeys: true,
    locale: 'zh-CN',
    dialogAnswer: 2,
    ready: Promise.resolve(),
  });
  state.keys.clear();
  state.schemes.clear();
  state.handlers.clear();
  state.windows.length = 0;
  state.external.length = 0;
  app.removeAllListeners();
  ipcMain.removeAllListeners();
}
