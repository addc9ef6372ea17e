import type { Operator } from '#shared/domain/operator.ts';

/** What a code asks for, i18n `phone.ussd.asks.<what>`. */
export interface UssdCode {
  readonly code: string;
  readonly asks: 'balance' | 'menu';
}
interface OperatorHelp {
  /** The usual ones. Provinces differ and some have closed theirs: the operator's own word counts. */
  readonly codes: readonly UssdCode[];
  /** Customer service, for what no code answers. */
  readonly hotline: string;
}

const help: Readonly<Record<Operator, OperatorHelp>> = {
  'china-mobile': {
    codes: [
      { code: '*100#', asks: 'balance' },
      { code: '*139#', asks: 'menu' },
    ],
    hotline: '10086',
  },
  'china-unicom': { codes: [{ code: '*100#', asks: 'balance' }], hotline: '10010' },
  // Grew out of a network without USSD; by VoLTE it answers in some provinces only.
  'china-telecom': { codes: [{ code: '*100#', asks: 'balance' }], hotline: '10000' },
  'china-broadnet': { codes: [], hotline: '10099' },
};

const isKnown = (operator: string): operator is Operator => Object.hasOwn(help, operator);

/** Null for operators that we know nothing of. */
export const ussdHelp = (operator: string | null): OperatorHelp | null =>
  operator !== null && isKnown(operator) ? help[operator] : null;
