import { createI18n } from 'vue-i18n';
import { describe, expect, it } from 'vitest';
import { translateFailure, type FailureText } from './failure-text.ts';
import { gatherMessages } from './messages.ts';

const { global } = createI18n({ legacy: false, locale: 'zh-CN', messages: gatherMessages() });
const say = (code: string, details = {}): FailureText =>
  translateFailure({ code, details }, { t: (key, named) => global.t(key, named), te: (key) => global.te(key) });

describe('a refusal in words', () => {
  it('says what happened, what it means and what to do, with the code and its facts below', () => {
    expect(say('phone.port-busy', { port: '/dev/ttyUSB2', tried: ['x'] })).toEqual({
      what: '话机端口被其他程序占用',
      means: null,
      fix: '请关闭其他话机或串口软件，然后点「重新连接」。',
      code: 'phone.port-busy · /dev/ttyUSB2',
    });
    expect(say('not-found').what).toBe('内容不存在');
  });

  it('reads a code of a newer engine as an inner error, but keeps its name', () => {
    const text = say('moon.full');
    expect(text.what).toBe('程序内部出错');
    expect(text.code).toBe('moon.full');
  });
});
