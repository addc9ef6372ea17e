import { disposable, type Disposable } from '#shared/base/dispose.ts';

/** `unsupported`: the browser has none. */
export type NoticePermission = NotificationPermission | 'unsupported';

export interface Shown {
  readonly title: string;
  readonly body: string;
  /** Another one with it takes its place, from whatever window of this desk. */
  readonly tag: string;
  /** It stays until somebody has seen to it, or it is disposed. */
  readonly stays: boolean;
  readonly onClick: () => void;
}

const has = 'Notification' in globalThis;

export const noticePermission = (): NoticePermission => (has ? Notification.permission : 'unsupported');

/** A browser asks the person; only behind a click, which the browser wants too. Never rejects. */
export async function askForNotices(): Promise<void> {
  if (has) await Notification.requestPermission().catch(() => undefined);
}

/** The person has answered, here or in the browser's own settings. */
export function onNoticePermission(listener: () => void): Disposable {
  let status: PermissionStatus | null = null;
  let over = false;
  navigator.permissions.query({ name: 'notifications' }).then(
    (found) => {
      if (over) return;
      status = found;
      status.onchange = listener;
    },
    () => undefined,
  );
  return disposable(() => {
    over = true;
    if (status) status.onchange = null;
  });
}

/** Where it is not allowed nothing is shown, and nobody is told: the settings say so. */
export function showNotice({ title, body, tag, stays, onClick }: Shown): Disposable {
  if (noticePermission() !== 'granted') return disposable(() => undefined);
  const notice = new Notification(title, { body, tag, requireInteraction: stays });
  notice.onclick = () => {
    notice.close();
    onClick();
  };
  return disposable(() => notice.close());
}

/** The person has this window before them: a page that is shown beside another program is not. */
export const windowInFront = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

export function onFrontChange(listener: () => void): Disposable {
  addEventListener('focus', listener);
  addEventListener('blur', listener);
  document.addEventListener('visibilitychange', listener);
  return disposable(() => {
    removeEventListener('focus', listener);
    removeEventListener('blur', listener);
    document.removeEventListener('visibilitychange', listener);
  });
}
