import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../testing/temp-folder.ts';
import { descriptorOf, loadHidRules, matchHidRule } from './hid-rules.ts';
import { parseReportDescriptor } from './report-descriptor.ts';
import { readTelephonyLayout } from './telephony.ts';

const rules = loadHidRules('resources/devices/hid');

describe('the rules that ship', () => {
  it.each([
    [0x0b0e, 0x0307, 'jabra'],
    [0x047f, 0xc053, 'plantronics'],
    [0x1e85, 0x0001, 'gigaset'],
    [0x291a, 0x3301, 'anker-powerconf'],
    [0x291a, 0x0001, 'generic'],
    [0x6993, 0xb001, 'generic'],
  ])('%i:%i goes by %s', (vendorId, productId, id) => {
    expect(matchHidRule(rules, { vendorId, productId }).id).toBe(id);
  });

  it('have unique ids, and their descriptors have a hook and lights', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const rule of rules) {
      const bytes = descriptorOf(rule);
      if (!bytes) continue;
      const parsed = parseReportDescriptor(bytes);
      if (!parsed.ok) throw new Error(`${rule.id}: ${parsed.error}`);
      const layout = readTelephonyLayout(parsed.value);
      expect(layout.controls.map(({ name }) => name)).toContain('hook');
      expect(layout.lights.map(({ name }) => name)).toContain('off-hook');
    }
  });

  it('a file that is none is our fault, and said', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'odd.json'), '{ "id": "odd" }');
    expect(() => loadHidRules(folder)).toThrow('internal');
  });
});
