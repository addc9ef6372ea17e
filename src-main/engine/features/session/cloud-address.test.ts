import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { parseCloudAddress } from './cloud-address.ts';

describe('parseCloudAddress', () => {
  it('makes an origin of what people type', () => {
    expect(parseCloudAddress(' crm.example.com ')).toBe('https://crm.example.com');
    expect(parseCloudAddress('https://CRM.example.com/')).toBe('https://crm.example.com');
    expect(parseCloudAddress('crm.example.com:8443')).toBe('https://crm.example.com:8443');
    expect(parseCloudAddress('http://10.0.0.5:3000')).toBe('http://10.0.0.5:3000');
    expect(parseCloudAddress('127.0.0.1:3000')).toBe('http://127.0.0.1:3000');
    expect(parseCloudAddress('localhost')).toBe('http://localhost');
  });

  it('refuses what is no address of a cloud', () => {
    for (const typed of [
      '',
      ' ',
      'ftp://crm.example.com',
      'javascript:alert(1)',
      'https://user:secret@crm.example.com',
      'https://crm.example.com/login',
      'https://crm.example.com/?a=1',
      'https://',
      'not an address',
      'file:///etc/passwd',
    ])
      // prettier-ignore
      expect(() => parseCloudAddress(typed), typed).toThrow(new AppError('cloud.address-invalid'));
  });
});
