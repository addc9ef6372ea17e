import { err, ok, type Result } from '#shared/base/result.ts';

/** One field of a report: `count` values of `size` bits each, one behind the other from `offset` on. */
export interface ReportField {
  /** 0 where the device uses no report ids. */
  readonly reportId: number;
  /** Bits from the start of the report, its id not counted; bit 0 is the lowest of the first byte. */
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  /** Padding: nobody may read a meaning into it, and it is sent as 0. */
  readonly constant: boolean;
  /** False = an array: each value is the index of one of the usages that are on now. */
  readonly variable: boolean;
  readonly relative: boolean;
  /** A value outside the logical range means "nothing" (keypads). */
  readonly hasNull: boolean;
  readonly logicalMin: number;
  readonly logicalMax: number;
  /** Whole usages: page · 65536 + id. Of a variable the n-th value has the n-th one, the last one serves all behind it. */
  readonly usages: readonly number[];
  /** Usages of the collections around it, the innermost last. */
  readonly collections: readonly number[];
}

export interface ReportDescriptor {
  readonly usesReportIds: boolean;
  readonly input: readonly ReportField[];
  readonly output: readonly ReportField[];
  readonly feature: readonly ReportField[];
  /** Usages of the outermost collections: what kinds of device this is. */
  readonly applications: readonly number[];
}

export type DescriptorProblem = 'truncated' | 'unbalanced' | 'too-large' | 'bad-value';

/** Global items (HID 1.11 §6.2.2.7): they stand until they are changed, and Push and Pop keep them. */
interface Globals {
  usagePage: number;
  logicalMin: number;
  /** Both readings of what was written: which one is meant shows only with the minimum, at the Main item. */
  logicalMax: { readonly signed: number; readonly unsigned: number };
  reportSize: number;
  reportId: number;
  reportCount: number;
}

/** A usage waits for its Main item: its page is the one in force then, not where it was written (HID 1.11 §6.2.2.8). */
interface Locals {
  usages: { readonly value: number; readonly whole: boolean }[];
  minimum: { readonly value: number; readonly whole: boolean } | null;
  /** Inside a Delimiter: whether its first usage is there; null = outside. The rest are other names of the same control. */
  delimited: 'empty' | 'full' | null;
}

const noLocals = (): Locals => ({ usages: [], minimum: null, delimited: null });

type Kind = 'input' | 'output' | 'feature';

const pageFactor = 0x1_0000;
/** A report of more bits is nonsense; the largest real ones have some kilobytes. */
const maxReportBits = 64 * 1024 * 8;
const maxFields = 4096;
const maxUsages = 4096;
const maxDepth = 64;

/**
 * A HID report descriptor (USB HID 1.11 §6.2.2) as the fields of its reports. Total: whatever the bytes are, the answer is
 * a value. @returns `truncated` for an item that runs over the end, `unbalanced` for collections or pops without
 * their other half, `too-large` and `bad-value` for what no device means
 */
export function parseReportDescriptor(bytes: Uint8Array): Result<ReportDescriptor, DescriptorProblem> {
  const builder = new Builder();
  for (let at = 0; at < bytes.length;) {
    const prefix = bytes[at] ?? 0;
    if (prefix === longItem) {
      // Long items are reserved for what was never defined: skipped whole.
      at += 3 + (bytes[at + 1] ?? 0);
      if (at > bytes.length) return err('truncated');
      continue;
    }
    const length = [0, 1, 2, 4][prefix & 3] ?? 0;
    if (at + 1 + length > bytes.length) return err('truncated');
    const data = bytes.subarray(at + 1, at + 1 + length);
    const problem = builder.item((prefix >> 2) & 3, prefix >> 4, data);
    if (problem) return err(problem);
    at += 1 + length;
  }
  return builder.finish();
}

const longItem = 0xfe;

const unsigned = (data: Uint8Array): number => data.reduceRight((value, byte) => value * 256 + byte, 0);

function signed(data: Uint8Array): number {
  const value = unsigned(data);
  const limit = 2 ** (8 * data.length);
  return data.length > 0 && value >= limit / 2 ? value - limit : value;
}

class Builder {
  private globals: Globals = {
    usagePage: 0,
    logicalMin: 0,
    logicalMax: { signed: 0, unsigned: 0 },
    reportSize: 0,
    reportId: 0,
    reportCount: 0,
  };
  private stack: Globals[] = [];
  private locals: Locals = noLocals();
  private readonly collections: number[] = [];
  private readonly applications: number[] = [];
  private readonly fields: Record<Kind, ReportField[]> = { input: [], output: [], feature: [] };
  /** Bits so far, by kind and report id. */
  private readonly used = new Map<string, number>();
  private usesReportIds = false;

  item(type: number, tag: number, data: Uint8Array): DescriptorProblem | null {
    if (type === 0) return this.main(tag, data);
    if (type === 1) return this.global(tag, data);
    return type === 2 ? this.local(tag, data) : null;
  }

  finish(): Result<ReportDescriptor, DescriptorProblem> {
    if (this.collections.length > 0) return err('unbalanced');
    const { usesReportIds, applications, fields } = this;
    return ok({ usesReportIds, applications, ...fields });
  }

  private main(tag: number, data: Uint8Array): DescriptorProblem | null {
    const problem = this.mainItem(tag, data);
    this.locals = noLocals();
    return problem;
  }

  private mainItem(tag: number, data: Uint8Array): DescriptorProblem | null {
    if (tag === 0x8) return this.field('input', unsigned(data));
    if (tag === 0x9) return this.field('output', unsigned(data));
    if (tag === 0xb) return this.field('feature', unsigned(data));
    if (tag === 0xa) {
      if (this.collections.length >= maxDepth) return 'too-large';
      const usage = this.boundUsages()[0] ?? 0;
      if (this.collections.length === 0) this.applications.push(usage);
      this.collections.push(usage);
      return null;
    }
    if (tag === 0xc) return this.collections.pop() === undefined ? 'unbalanced' : null;
    return null;
  }

  private field(kind: Kind, flags: number): DescriptorProblem | null {
    const { reportId, reportSize, reportCount, logicalMin, logicalMax } = this.globals;
    const key = `${kind} ${reportId}`;
    const offset = this.used.get(key) ?? 0;
    const bits = reportSize * reportCount;
    if (offset + bits > maxReportBits || this.fields[kind].length >= maxFields) return 'too-large';
    this.used.set(key, offset + bits);
    if (bits === 0) return null;
    this.fields[kind].push({
      reportId,
      offset,
      size: reportSize,
      count: reportCount,
      constant: (flags & 0x01) !== 0,
      variable: (flags & 0x02) !== 0,
      relative: (flags & 0x04) !== 0,
      hasNull: (flags & 0x40) !== 0,
      logicalMin,
      // Devices write 255 in one byte where the minimum is 0 and mean it (HID 1.11 §6.2.2.7 asks for two bytes).
      logicalMax: logicalMin < 0 ? logicalMax.signed : logicalMax.unsigned,
      usages: this.boundUsages(),
      collections: [...this.collections],
    });
    return null;
  }

  private boundUsages(): number[] {
    const page = this.globals.usagePage * pageFactor;
    return this.locals.usages.map(({ value, whole }) => (whole ? value : page + value));
  }

  private global(tag: number, data: Uint8Array): DescriptorProblem | null {
    const { globals } = this;
    switch (tag) {
      case 0x0:
        globals.usagePage = unsigned(data) % pageFactor;
        return null;
      case 0x1:
        globals.logicalMin = signed(data);
        return null;
      case 0x2:
        globals.logicalMax = { signed: signed(data), unsigned: unsigned(data) };
        return null;
      case 0x7:
        globals.reportSize = unsigned(data);
        return globals.reportSize > maxReportBits ? 'too-large' : null;
      case 0x8:
        globals.reportId = unsigned(data);
        this.usesReportIds = true;
        return globals.reportId < 1 || globals.reportId > 255 ? 'bad-value' : null;
      case 0x9:
        globals.reportCount = unsigned(data);
        return globals.reportCount > maxReportBits ? 'too-large' : null;
      case 0xa:
        this.stack.push({ ...globals });
        return this.stack.length > maxDepth ? 'too-large' : null;
      case 0xb: {
        const kept = this.stack.pop();
        if (!kept) return 'unbalanced';
        this.globals = kept;
        return null;
      }
      default:
        return null; // physical range, unit and exponent: no telephone control is measured in them
    }
  }

  private local(tag: number, data: Uint8Array): DescriptorProblem | null {
    const usage = { value: unsigned(data), whole: data.length === 4 };
    if (tag === 0xa) this.locals.delimited = usage.value === 1 ? 'empty' : null;
    if (tag <= 0x2 && this.locals.delimited === 'full') return null;
    if (tag === 0x0 && this.locals.delimited) this.locals.delimited = 'full';
    if (tag === 0x0) this.locals.usages.push(usage);
    if (tag === 0x1) this.locals.minimum = usage;
    if (tag === 0x2) return this.usageRange(usage);
    return this.locals.usages.length > maxUsages ? 'too-large' : null;
  }

  /** A range's two ends share the page that either of them names. */
  private usageRange(maximum: { readonly value: number; readonly whole: boolean }): DescriptorProblem | null {
    const { minimum } = this.locals;
    this.locals.minimum = null;
    if (!minimum) return null;
    const whole = minimum.whole || maximum.whole;
    const page = Math.floor((minimum.whole ? minimum : maximum).value / pageFactor) * pageFactor;
    const [first, last] = [minimum.value % pageFactor, maximum.value % pageFactor];
    if (last < first) return 'bad-value';
    if (this.locals.usages.length + last - first + 1 > maxUsages) return 'too-large';
    for (let id = first; id <= last; id += 1) this.locals.usages.push({ value: whole ? page + id : id, whole });
    return null;
  }
}
