import type { companyArea } from '#shared/desk-contract/areas/company.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';

type Company = Handlers<typeof companyArea>;
/** `new` has nothing yet; in `wordy` everything has long names and notes. */
export type CompanyKind = 'sample' | 'new' | 'wordy';

/** Keys of what people type themselves. */
const typed = /^(name|title|text|category|note|reason|decisionNote|\w+Name|requestedBy|decidedBy)$/;
const tail = '（华东区大客户与渠道拓展中心·杭州分部）';

/** The pages as they are on the first day, and as they are where people write much. */
export function companyOfKind(kind: CompanyKind, sample: Company): Company {
  if (kind === 'sample') return sample;
  if (kind === 'wordy') return each(sample, (answer) => lengthened(answer, 0));
  const none = {
    'company.sipAccounts': () => ({ accounts: [], total: 0 }),
    'company.capabilityNumbers': () => ({ numbers: [], total: 0 }),
    'company.openers': () => ({ openers: [] }),
    'company.snippets': () => ({ snippets: [] }),
    'company.outcomes': () => ({ version: 0, mustChoose: false, outcomes: [] }),
    'company.scripts': () => ({ scripts: [] }),
    'company.quotas': () => ({ rules: [], people: [] }),
    'company.poolRules': () => ({ rules: [] }),
    'company.recordingHolds': () => ({ holds: [] }),
    'company.devices': () => ({ devices: [], total: 0 }),
    'company.listings': () => ({ listings: [], total: 0, waiting: { blacklist: 0, invalid: 0 } }),
    'company.audit': () => ({ entries: [], next: null, searchedTo: null }),
    'company.departments': () => ({ departments: [] }),
  } satisfies Partial<Company>;
  return { ...sample, ...none };
}

function each(sample: Company, change: (answer: unknown) => unknown): Company {
  const handlers = Object.entries(sample) as [string, (...asked: unknown[]) => unknown][];
  const changed = handlers.map(([name, handle]) => [name, (...asked: unknown[]) => change(handle(...asked))]);
  return Object.fromEntries(changed) as Company;
}

/** Every second row: short ones beside long ones show what is out of line. */
function lengthened(value: unknown, at: number): unknown {
  if (Array.isArray(value)) return value.map((one, index) => lengthened(one, index));
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [
    key,
    typeof part === 'string' && part !== '' && typed.test(key) && at % 2 === 1 ? part + tail : lengthened(part, at),
  ]);
  return Object.fromEntries(parts) as unknown;
}
