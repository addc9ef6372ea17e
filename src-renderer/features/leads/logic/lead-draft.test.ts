import { describe, expect, it } from 'vitest';
import { draftChanges, draftFaults, draftOf, draftTold, emptyDraft } from './lead-draft.ts';

const lead = {
  companyName: '甲公司', contactName: '王芳', contactTitle: null, phone: '+8615400000001', creditCode: null, registeredCapital: 500_000_000,
  region: null, industry: null, legalPerson: null, address: null,
}; // prettier-ignore
const before = draftOf(lead, false);

describe('the form of a lead', () => {
  it('has what is known, the capital in 万元, and no number that is masked', () => {
    expect(before).toMatchObject({
      companyName: '甲公司',
      contactTitle: '',
      phone: '15400000001',
      registeredCapital: '500',
    });
    expect(draftOf(lead, true).phone).toBe('');
    expect(draftOf({ ...lead, phone: '+8675588880000' }, false).phone).toBe('075588880000');
  });

  it('tells of what was written anew alone, the capital in fen', () => {
    expect(draftChanges({ ...before }, before)).toEqual({});
    const after = { ...before, contactName: ' 李可 ', creditCode: '91110000101623741K', registeredCapital: '1,000' };
    expect(draftChanges({ ...after, registeredCapital: '1000.5' }, before)).toEqual({ contactName: '李可', creditCode: '91110000101623741K', registeredCapital: 1_000_500_000 }); // prettier-ignore
    expect(draftChanges({ ...before, registeredCapital: '' }, before)).toEqual({ registeredCapital: null });
  });

  it('keeps what was written before all of it had come, as a change', () => {
    const typed = { ...emptyDraft(), contactName: '李可' };
    const draft = draftTold(typed, emptyDraft(), before);
    expect(draft).toEqual({ ...before, contactName: '李可' });
    expect(draftChanges(draft, before)).toEqual({ contactName: '李可' });
  });

  it.each([
    [{ creditCode: '' }, { capital: false, code: null }],
    [{ creditCode: '９1110000101623741k' }, { capital: false, code: null }],
    [{ creditCode: '91110000101623741A' }, { capital: false, code: 'wrong-check' }],
    [{ creditCode: '110000123456789' }, { capital: false, code: 'not-a-code' }],
    [{ registeredCapital: '五百' }, { capital: true, code: null }],
    [{ registeredCapital: ' 12.5 ' }, { capital: false, code: null }],
  ])('%j is judged as %j', (part, faults) => {
    expect(draftFaults({ ...before, ...part })).toEqual(faults);
  });
});
