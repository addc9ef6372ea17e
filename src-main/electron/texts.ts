/** The few words that are said outside of the window. */
const texts = {
  'zh-CN': {
    title: '锦呼坐席端',
    open: '打开',
    quit: '退出',
    callRunning: '通话还在进行',
    callRunningDetail: '隐藏到托盘后通话继续，F2 切入仍然有效。退出会挂断通话。',
    keepCall: '隐藏到托盘',
    quitNow: '挂断并退出',
    cancel: '取消',
    startFailed: '无法启动',
    windowHangs: '窗口没有响应',
    windowHangsDetail: '通话不受影响。重新加载会丢失尚未保存的输入。',
    wait: '等待',
    reload: '重新加载',
  },
  en: {
    title: 'Jinhu Desk',
    open: 'Open',
    quit: 'Quit',
    callRunning: 'A call is still running',
    callRunningDetail: 'Hidden in the tray the call goes on, and F2 still cuts in. Quitting hangs up.',
    keepCall: 'Hide in the tray',
    quitNow: 'Hang up and quit',
    cancel: 'Cancel',
    startFailed: 'Could not start',
    windowHangs: 'The window does not respond',
    windowHangsDetail: 'Calls go on. Loading it again loses what was typed and not saved.',
    wait: 'Wait',
    reload: 'Load again',
  },
} as const;
export type ShellTexts = Readonly<Record<keyof (typeof texts)['en'], string>>;

/** @param locale BCP 47, as the system gives it. */
export const shellTexts = (locale: string): ShellTexts => (locale.startsWith('zh') ? texts['zh-CN'] : texts.en);
