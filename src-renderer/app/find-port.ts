import { AppError } from '#shared/base/errors.ts';
import { FrameInbox, messagePortOver } from '#shared/desk-contract/frame-inbox.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';

declare global {
  interface Window {
    /** Put there by the preload (Electron). `open` makes a port come as a message of this window. */
    readonly jinhuPort?: { open(): void };
  }
}

/** What the station closes with when token or session key are not good (any more). */
const refusedCode = 4401;
const sessionKeyName = 'jinhu.session';
const stationPortName = 'jinhu.station';
const waitMs = 10_000;

/**
 * A fresh pipe to the engine, whichever shell carries this page. Rejects with `access.denied` when the station does not
 * know this page (launch address used up, station restarted), with `host.unavailable` when nobody answers.
 * Call it before the router starts: the launch token stands in the URL's fragment and is taken out here.
 */
export function openDeskPort(): Promise<FramePort> {
  return window.jinhuPort ? portFromPreload(window.jinhuPort) : portFromStation(takeLaunch());
}

function portFromPreload(bridge: { open(): void }): Promise<FramePort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(), waitMs);
    const settle = (port?: MessagePort): void => {
      clearTimeout(timer);
      window.removeEventListener('message', onMessage);
      if (port) resolve(messagePort(port));
      else reject(new AppError('host.unavailable'));
    };
    const onMessage = (event: MessageEvent): void => {
      // Only this window itself: the preload posts from here, nobody else has a reason to.
      if (event.source === window && event.data === 'jinhu.port' && event.ports[0]) settle(event.ports[0]);
    };
    window.addEventListener('message', onMessage);
    bridge.open();
  });
}

function messagePort(port: MessagePort): FramePort {
  const inbox = new FrameInbox();
  port.addEventListener('message', (event: MessageEvent<unknown>) => inbox.deliver(event.data));
  port.addEventListener('close', () => inbox.end());
  port.start();
  return messagePortOver(port, inbox);
}

/** Kept until the station has answered to it: the first try may fail for a reason that passes. */
let unusedToken: string | null = null;

interface Launch {
  readonly socketUrl: string;
  readonly token: string | null;
}

/** Takes the one-time token out of the address bar and history. `p` is the station's port where a dev server serves this page. */
function takeLaunch(): Launch {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('t');
  const port = fragment.get('p');
  if (token !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    unusedToken = token;
  }
  if (port !== null) sessionStorage.setItem(stationPortName, port);
  return {
    token: unusedToken,
    socketUrl: `ws://127.0.0.1:${sessionStorage.getItem(stationPortName) ?? location.port}/desk`,
  };
}

async function portFromStation({ socketUrl, token }: Launch): Promise<FramePort> {
  const session = sessionStorage.getItem(sessionKeyName);
  if (token !== null) {
    try {
      return await admitted(openStationSocket(socketUrl, { token }));
    } catch (thrown) {
      // A launch address that was used up (bookmark, restored tab) does no harm to a window that is known already.
      if (session === null || !(thrown instanceof AppError) || thrown.code !== 'access.denied') throw thrown;
      unusedToken = null;
    }
  }
  if (session === null) throw new AppError('access.denied');
  return admitted(openStationSocket(socketUrl, { session }));
}

async function admitted(opening: ReturnType<typeof openStationSocket>): Promise<FramePort> {
  const { port, session } = await opening;
  unusedToken = null;
  sessionStorage.setItem(sessionKeyName, session);
  return port;
}

/**
 * Shows the proof, waits for the session key, then frames flow. Needs only a standard WebSocket, so that the tests run
 * it in Node against the real station.
 * @param Socket for tests; a browser's own by default.
 */
export function openStationSocket(
  url: string,
  proof: { readonly token: string } | { readonly session: string },
  Socket: new (url: string) => WebSocket = WebSocket,
): Promise<{ port: FramePort; session: string }> {
  return new Promise((resolve, reject) => {
    const socket = new Socket(url);
    const inbox = new FrameInbox();
    const timer = setTimeout(() => socket.close(), waitMs);
    let session: string | null = null;
    const port: FramePort = {
      send(frame) {
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
      },
      onFrame: (listener) => inbox.onFrame(listener),
      onClose: (listener) => inbox.onClose(listener),
      close() {
        socket.close();
        inbox.end();
      },
      backlog: () => socket.bufferedAmount,
    };
    socket.addEventListener('open', () => socket.send(JSON.stringify(proof)));
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = JSON.parse(String(event.data)) as unknown;
      if (session !== null) return inbox.deliver(message);
      clearTimeout(timer);
      session = (message as { session: string }).session;
      resolve({ port, session });
    });
    socket.addEventListener('close', (event: CloseEvent) => {
      clearTimeout(timer);
      inbox.end();
      reject(new AppError(event.code === refusedCode ? 'access.denied' : 'host.unavailable'));
    });
  });
}
