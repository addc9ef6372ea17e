import { Emitter } from '#shared/base/emitter.ts';
import type { Disposable } from '#shared/base/dispose.ts';

interface FaultKind {
  /** Numbers of the nasty cases that it makes happen. */
  readonly cases: string;
  /** Null: just on. A count is used up strike by strike. */
  readonly value: {
    readonly means: 'ms' | 'count' | 'per-second' | 'bytes' | 'word';
    readonly standard: string;
  } | null;
  readonly does: string;
}

const ms = (standard: number): FaultKind['value'] => ({ means: 'ms', standard: String(standard) });
const count = (standard: number): FaultKind['value'] => ({ means: 'count', standard: String(standard) });

/** Every way in which this phone can be made to misbehave; the guide's table is made of these words. */
export const faultTable = {
  'wrong-port': { cases: '3', value: null, does: 'the AT port answers nothing and sends binary frames' },
  'brown-out': { cases: '4', value: ms(30_000), does: 'every modem restarts again and again, this far apart' },
  'silent-death': { cases: '5', value: null, does: 'the AT ports stay open, take everything and say nothing' },
  'baud-garbage': { cases: '6', value: null, does: 'both directions are noise, as at a wrong rate' },
  garbage: { cases: '6', value: { means: 'bytes', standard: '64' }, does: 'one burst of noise on the AT ports' },
  'echo-flip': { cases: '7', value: count(3), does: 'echo changes after every n-th command' },
  'nul-bytes': { cases: '8', value: null, does: 'a NUL before each piece that goes out' },
  chunks: { cases: '9', value: { means: 'bytes', standard: '1' }, does: 'output comes in pieces of n bytes' },
  'urc-inside': { cases: '10', value: null, does: 'URCs also between the lines of an answer' },
  'same-prefix': { cases: '11', value: null, does: 'a +CREG URC stands in front of the answer to AT+CREG?' },
  'urc-storm': { cases: '12', value: { means: 'per-second', standard: '500' }, does: '+CSQ URCs without end' },
  'late-answer': { cases: '13', value: ms(5000), does: 'every answer comes so much later' },
  'lost-result': { cases: '13', value: count(1), does: 'the next n answers have no final result' },
  'out-of-order': { cases: '14', value: ms(500), does: '+CPIN? and +COPS? are answered so late, and others meanwhile' },
  'dial-result': {
    cases: '15',
    value: { means: 'word', standard: 'busy' },
    does: 'the final result of ATD: busy, no-carrier, no-answer, no-dialtone or cme-N',
  },
  'no-carrier-first': {
    cases: '16',
    value: null,
    does: 'the call fails before the OK of its ATD: NO CARRIER, then OK',
  },
  'late-no-carrier': { cases: '17', value: ms(300), does: 'NO CARRIER so long after a local hang-up' },
  'slow-dial': { cases: '18', value: ms(3000), does: 'ATD takes so long to its OK; a byte calls it off' },
  'no-alerting': { cases: '19', value: null, does: 'the network never says that it rings' },
  'no-clcc': { cases: '20', value: null, does: '+CLCC is unknown, and no report tells of a call' },
  'hang-up-error': { cases: '21', value: count(1), does: 'the next n hang-ups are +CME ERROR: 4 and do nothing' },
  'silent-end': { cases: '22', value: null, does: 'no URC when the other side hangs up' },
  'stuck-call': { cases: '23', value: count(2), does: 'the next n hang-ups are OK and do nothing' },
  'ath-ignored': { cases: '24', value: null, does: 'ATH is OK and does nothing, as with CVHU=1' },
  'packet-bearer': { cases: '27', value: null, does: '+CLCC also lists a data bearer' },
  renumber: { cases: '27', value: null, does: 'calls move up in +CLCC when one ends' },
  'no-clip': { cases: '28', value: null, does: 'RING without +CLIP' },
  'late-clip': { cases: '28', value: ms(1500), does: '+CLIP so long after RING' },
  'ring-storm': { cases: '28', value: ms(50), does: 'RING so often' },
  'phantom-ring': { cases: '28', value: count(1), does: 'n × RING now, without any call' },
  impatient: { cases: '29', value: ms(3000), does: 'callers give up after so long' },
  'sim-busy': { cases: '30', value: count(3), does: 'the next n questions to a card are +CME ERROR: 14' },
  'sim-failure': { cases: '30', value: null, does: 'every question to a card is +CME ERROR: 13' },
  'switch-fails': { cases: '32', value: null, does: 'a slot switch is OK, and the old card comes back' },
  'switch-lost': { cases: '32', value: null, does: 'a slot switch is OK, and no card comes back' },
  'switch-wrong': { cases: '32', value: null, does: 'a slot switch brings the next occupied slot instead' },
  'switch-unplugs': { cases: '32', value: ms(8000), does: 'a slot switch takes the phone off the bus for so long' },
  'ussd-silent': { cases: 'USSD', value: null, does: 'USSD is OK and never answered' },
  'no-sound': { cases: 'sound', value: null, does: 'the PCM port sends nothing' },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof faultTable;

const isFault = (name: string): name is FaultName => Object.hasOwn(faultTable, name);

/** The switches of one phone: all its modems misbehave alike. */
export class Faults {
  private readonly values = new Map<FaultName, string>();
  private readonly changes = new Emitter<FaultName>();

  /** @param value default: the table's */
  set(name: FaultName, value?: number | string): void {
    const kind: FaultKind = faultTable[name];
    this.values.set(name, value === undefined ? (kind.value?.standard ?? '') : String(value));
    this.changes.emit(name);
  }

  off(name: FaultName): void {
    if (this.values.delete(name)) this.changes.emit(name);
  }

  on(name: FaultName): boolean {
    return this.values.has(name);
  }

  /** 0 when it is off. */
  amount(name: FaultName): number {
    return Number(this.values.get(name) ?? 0);
  }

  word(name: FaultName): string | null {
    return this.values.get(name) ?? null;
  }

  /** For counts. @returns whether it strikes now; the last strike switches it off */
  strikes(name: FaultName): boolean {
    const left = this.amount(name);
    if (left <= 0) return false;
    if (left === 1) this.off(name);
    else this.values.set(name, String(left - 1));
    return true;
  }

  get active(): readonly string[] {
    return [...this.values].map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  }

  onChange(listener: (name: FaultName) => void): Disposable {
    return this.changes.on(listener);
  }

  /** `name`, `name=value` or `name value`, as people type it. @throws Error that says what is wrong */
  setByText(text: string): void {
    const [name = '', value = ''] = text.trim().split(/[\s=]+/);
    if (!isFault(name)) throw new Error(`unknown fault "${name}"; there are: ${Object.keys(faultTable).join(', ')}`);
    const kind: FaultKind = faultTable[name];
    if (value !== '' && !kind.value) throw new Error(`${name} takes no value`);
    if (value !== '' && kind.value?.means !== 'word' && !(Number(value) > 0))
      throw new Error(`${name} takes a number above 0 (${kind.value?.means})`);
    if (name === 'dial-result' && value !== '' && !isDialResult(value))
      throw new Error('dial-result is busy, no-carrier, no-answer, no-dialtone or cme-N');
    this.set(name, value === '' ? undefined : value);
  }

  /** @throws Error for a name that is none */
  offByText(name: string): void {
    if (!isFault(name)) throw new Error(`unknown fault "${name}"`);
    this.off(name);
  }
}

const isDialResult = (word: string): boolean => /^(busy|no-carrier|no-answer|no-dialtone|cme-\d{1,3})$/.test(word);
