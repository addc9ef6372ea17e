/** Public face of the feature: what the frame and other features may use. */
export { default as CallDock } from './CallDock.vue';
export { default as CountdownFoot } from './CountdownFoot.vue';
export { default as CallsPage } from './CallsPage.vue';
export { default as CallsTabs } from './CallsTabs.vue';
export { default as DialButton } from './DialButton.vue';
export { default as DialMenu } from './DialMenu.vue';
export { default as DialPad } from './DialPad.vue';
export { default as WhoseCalls } from './WhoseCalls.vue';
export { default as CallNoticeSettings } from './notices/CallNoticeSettings.vue';
export { useCallNotices } from './notices/use-call-notices.ts';
export { useNoticeBehind } from './notices/use-notice-behind.ts';
export { useColleagues } from './use-colleagues.ts';
export { useMissed } from './use-missed.ts';
export { useRinging } from './use-ringing.ts';
export { useDial } from './dial-store.ts';
export { useDock } from './dock-store.ts';
export { dateRanges, rangeStart, type DateRange } from './logic/date-range.ts';
export type { DialOrder } from './logic/dial-order.ts';
