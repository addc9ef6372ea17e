import { describe, expect, it } from 'vitest';
import { faultsOf } from './password-form.ts';

const owner = { account: 'chen', name: '陈晓', company: '示例科技有限公司' };
const faults = (fresh: string, again = fresh, old = 'demo-old-1') => faultsOf({ old, fresh, again }, owner);

describe('the form of a new password', () => {
  it('says what the cloud would say', () => {
    expect(faults('kurz')).toEqual({ fresh: 'password.too-short', again: false });
    expect(faults('woaini1314')).toEqual({ fresh: 'password.common', again: false });
    expect(faults('示例科技有限公司')).toEqual({ fresh: 'password.personal', again: false });
    expect(faults('demo-old-1')).toEqual({ fresh: 'password.unchanged', again: false });
    expect(faults('tulpen am fenster')).toEqual({ fresh: null, again: false });
  });

  it('takes the same word in another width for the same', () => {
    expect(faults('tulpen-7-fenster', 'ｔｕｌｐｅｎ-７-ｆｅｎｓｔｅｒ')).toEqual({ fresh: null, again: false });
    expect(faults('tulpen-7-fenster', 'tulpen-8-fenster')).toEqual({ fresh: null, again: true });
    expect(faults('ｄｅｍｏ-old-1')).toEqual({ fresh: 'password.unchanged', again: false });
  });
});
