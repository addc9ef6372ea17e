import { createI18n } from 'vue-i18n';
import { describe, expect, it } from 'vitest';
import { failureLine, translateFailure, type FailureText } from './failure-text.ts';
import { gatherMessages } from './messages.ts';

const { global } = createI18n({ legacy: false, locale: 'zh-CN', messages: gatherMessages() });
const now = new Date(2026, 2, 5, 14, 0, 10).getTime();
const say = (code: string, details = {}): FailureText =>
  translateFailure(
    { code, details },
    { t: (key, named) => global.t(key, named ?? {}), te: (key) => global.te(key), locale: 'zh-CN', now },
  );

describe('a refusal in words', () => {
  it('says what happened, what it means and what to do, with the code and its facts below', () => {
    expect(say('phone.port-busy', { port: '/dev/ttyUSB2', tried: ['x'] })).toEqual({
      what: '话机端口 /dev/ttyUSB2 被其他程序占用',
      means: null,
      fix: '请关闭正在使用它的话机或串口软件，关闭后会自动连接。',
      code: 'phone.port-busy · /dev/ttyUSB2',
    });
    expect(say('not-found').what).toBe('内容不存在');
  });

  it('reads a code of a newer engine as an inner error, but keeps its name', () => {
    const text = say('moon.full');
    expect(text.what).toBe('程序内部出错');
    expect(text.code).toBe('moon.full');
  });

  it('says when it is possible again, in the words of a clock', () => {
    const locked = say('auth.locked', { waitMs: 29_400 });
    expect(locked.fix).toBe('请 30 秒后再试；忘记密码请联系企业管理员重置。');
    expect(locked.code).toBe('auth.locked');
    expect(say('auth.locked', { waitMs: 240_000 }).fix).toContain('请 4 分钟后再试');
    expect(say('auth.locked').fix).toContain('请稍后再试');
    const nextAt = now + 4 * 60_000;
    expect(say('gate.too-frequent', { count: 3, minutes: 5, nextAt }).fix).toContain('14:05 后可以再拨');
    expect(say('gate.too-many-today', { nextAt: now + 20 * 3_600_000 }).fix).toBe('明天 10:01 后可以再拨。');
  });

  it('says how many tries are left, and what was not tried', () => {
    expect(say('sim.pin-wrong', { slot: 1, triesLeft: 2 }).means).toContain('还可以输 2 次');
    const kept = say('sim.pin-wrong', { slot: 1, triesLeft: 1, kept: true });
    expect(kept.what).toBe('没有提交这次输入的 PIN 码');
    expect(say('sim.pin-wrong', { slot: 1, triesLeft: null, kept: true }).fix).toBe(kept.fix);
  });

  it('fits into one line at a field', () => {
    expect(failureLine(say('sim.pin-wrong'))).toBe(
      'PIN 码不正确。连续输错三次，SIM 卡会被锁死。请核对后再输入；不确定时请先问管理员。',
    );
    expect(failureLine(say('number.empty'))).toBe('请输入号码');
    expect(failureLine({ what: 'Wrong PIN', means: 'It is.', fix: 'Mend it.', code: 'x' })).toBe('Wrong PIN. It is. Mend it.'); // prettier-ignore
  });
});
