/** What fades away is closed already: the next Esc is meant for what lies below. */
const isThere = ':not([style*="display: none"], [class*="-leave-active"])';
const isOver = `.ui-popover${isThere}, .el-overlay${isThere}`;
const openSelect = '.el-select__wrapper.is-focused[aria-expanded="true"]';

/** Something lies above the drawers that Esc closes first: a popover, a dialog, an open select. */
export const escapeClosesPopup = (): boolean => document.querySelector(`${isOver}, ${openSelect}`) !== null;

/**
 * Whether Esc would close something now. Parts of the window with an Esc of their own (`data-own-escape`: the call) keep
 * it from the drawers while the focus is in them.
 */
export function escapeCloses(): boolean {
  if (escapeClosesPopup()) return true;
  const own = document.activeElement?.closest('[data-own-escape]') ?? null;
  return own === null && document.querySelector('.ui-drawer') !== null;
}
