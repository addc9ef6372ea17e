import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { normalizePassword, passwordBounds, passwordFault } from './password.ts';

const owner = { account: 'chenxiao@example.com', name: '陈晓', company: '示例科技有限公司' };
const faultOf = (password: string) => passwordFault(password, owner);

describe('a new password', () => {
  it('has a length and needs nothing else: words, spaces, one kind of character, any script', () => {
    for (const fine of [
      'tulpen am fenster',
      'ostrich-lamp',
      '77420918365',
      '红灯停绿灯行黄灯等',
      'JQXZVWKPL',
      '🦊🐢🦉🐝🦔🐳🦀🐌',
    ])
      expect(faultOf(fine), fine).toBeNull();
    expect(faultOf('kq7!zpw')).toBe('password.too-short');
    expect(faultOf('七个字不够长啊')).toBe('password.too-short');
    expect(faultOf(`x7${'qv-'.repeat(66)}`)).toBeNull();
    expect(faultOf(`x7${'qv-'.repeat(67)}`)).toBe('password.too-long');
  });

  it('counts characters, not their bytes or halves, and what no field takes is too long', () => {
    expect(faultOf('🦊🐢🦉🐝')).toBe('password.too-short');
    expect(faultOf('🦊🐢'.repeat(51))).toBe('password.too-long');
  });

  it('is not the account, the name or the company, in any case and with the usual digits behind', () => {
    for (const own of [
      'chenxiao',
      'ChenXiao',
      'CHENXIAO123',
      'chenxiao@example.com',
      'chen xiao 888',
      '示例科技有限公司',
      '示例科技有限公司123',
      'chenxiaochenxiao',
    ])
      expect(faultOf(own), own).toBe('password.personal');
    expect(faultOf('chenxiao-takes-the-bus')).toBeNull();
  });

  it('is not what is tried first', () => {
    for (const known of [
      'password',
      'Passw0rd',
      '12345678',
      '0987654321',
      'abcdefgh',
      '88888888',
      '66668888'.slice(0, 4).repeat(2),
      '12121212',
      'abcabcabc',
      '123123123',
      '5201314520',
      'woaini1314',
      'WoAiNi520',
      '1qaz2wsx',
      'qwertyuiop',
      'a123456789',
      '147258369',
      '19900307',
      '20011231',
      'wodemima',
      'admin888',
      '１２３４５６７８',
      'ｐａｓｓｗｏｒｄ',
    ])
      expect(faultOf(known), known).toBe('password.common');
    for (const fine of ['19903107', '12345687', 'abcabcabx']) expect(faultOf(fine), fine).toBeNull();
  });

  it('is one password however it was composed', () => {
    expect(normalizePassword('Ａ１ｅ\u0301')).toBe('A1é');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (typed) => {
        expect(faultOf(typed.normalize('NFD'))).toBe(faultOf(typed.normalize('NFC')));
      }),
      { seed: 20260505 },
    );
  });

  it('is judged whatever is typed, and passes only within its bounds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 230 }), (typed) => {
        if (faultOf(typed) !== null) return;
        expect([...normalizePassword(typed)].length).toBeGreaterThanOrEqual(passwordBounds.min);
        expect(typed.length).toBeLessThanOrEqual(passwordBounds.max);
      }),
      { seed: 20260506 },
    );
  });
});

it('the list holds nothing that its own rule never reaches', () => {
  for (const word of commonPasswords) {
    expect(word, word).toBe(word.normalize('NFKC').toLowerCase());
    expect(word.length, word).toBeGreaterThanOrEqual(passwordBounds.min);
  }
});
