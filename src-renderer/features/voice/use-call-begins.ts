import { useStreamListener } from '#renderer/app/desk.ts';

/** Whatever is heard in the window falls silent when a call begins: nobody hears a record or a clip over who rings. */
export function useCallBegins(silence: () => void): void {
  let live = false;
  useStreamListener('calls.current', null, ({ call }) => {
    const now = call !== null && call.state !== 'ended';
    if (now && !live) silence();
    live = now;
  });
}
