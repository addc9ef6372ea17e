import { useDesk } from '#renderer/app/desk.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { showNotice, windowInFront, type Shown } from './system-notices.ts';

/** The window before the person, from whatever is over it. */
export function useComeToFront(): () => void {
  const desk = useDesk();
  return () => {
    // A browser brings its page by this, a shell its window.
    window.focus();
    if (desk.can('raise-window')) void desk.attempt('shell.raise', null);
  };
}

/** A notice of the system for who has another program before them, where the setting lets it; a click brings the window. */
export function useNoticeBehind(): (notice: Omit<Shown, 'onClick'>) => void {
  const settings = useSettings();
  const onClick = useComeToFront();
  return (notice) => {
    if (!windowInFront() && (settings.values?.callNotices ?? false)) showNotice({ ...notice, onClick });
  };
}
