import { useStreamListener } from '#renderer/app/desk.ts';

/** Runs when somebody else is signed in than before, or nobody any more: what a store has of the last one is not for them. */
export function useOtherPerson(run: () => void): void {
  let whose: string | null | undefined;
  useStreamListener('session.state', null, ({ employee }) => {
    const id = employee?.id ?? null;
    if (whose !== undefined && whose !== id) run();
    whose = id;
  });
}
