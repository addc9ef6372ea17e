/** What the network says about a card; decides registration (27.007 §7.2 stat) and whether calls go through. */
export const coverages = ['home', 'roaming', 'denied', 'emergency', 'none'] as const;
export type Coverage = (typeof coverages)[number];

/** A SIM card with the subscription behind it. Mutable: tries are spent, coverage changes while the phone runs. */
export interface SimCard {
  /** 19 or 20 digits, begins 8986. */
  iccid: string;
  imsi: string;
  /** `name` is what the network sends (NITZ, in the GSM alphabet), `zh` is for people. */
  operator: { name: string; zh: string; mccMnc: string };
  /** Own number (MSISDN); null where the card does not know it, as is common. */
  number: string | null;
  /** Null = no PIN asked. */
  pin: string | null;
  puk: string;
  pinTries: number;
  pukTries: number;
  coverage: Coverage;
  /** 27.007 §8.5: 0…31, 99 = unknown. */
  signal: number;
}

const operators = {
  mobile: { name: 'CHINA MOBILE', zh: '中国移动', mccMnc: '46000' },
  unicom: { name: 'CHN-UNICOM', zh: '中国联通', mccMnc: '46001' },
  telecom: { name: 'CHN-CT', zh: '中国电信', mccMnc: '46011' },
} as const;

const issuers = { mobile: '898600', unicom: '898601', telecom: '898603' } as const;

/** A working card; `serial` makes ICCID, IMSI and number, which are synthetic (154 is not given to subscribers here). */
export function simCard(operator: keyof typeof operators, serial: number, change: Partial<SimCard> = {}): SimCard {
  const digits = String(serial).padStart(8, '0');
  return {
    iccid: `${issuers[operator]}26${digits}${digits.slice(-4)}`,
    imsi: `${operators[operator].mccMnc}15${digits}`,
    operator: operators[operator],
    number: `154${digits}`,
    pin: null,
    puk: '12345678',
    pinTries: 3,
    pukTries: 10,
    coverage: 'home',
    signal: 24,
    ...change,
  };
}

/** The five cards of the sample desk: all usable, three operators, different signal. */
export const sampleCards = (): SimCard[] => [
  simCard('mobile', 101, { signal: 27 }),
  simCard('unicom', 102, { signal: 22 }),
  simCard('telecom', 103, { signal: 18 }),
  simCard('mobile', 104, { signal: 12 }),
  simCard('unicom', 105, { signal: 25, number: null }),
];
