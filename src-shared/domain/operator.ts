/** 移动 联通 电信 广电: the networks of mainland China. The words people see are the window's (i18n `words.operator`). */
export const operators = ['china-mobile', 'china-unicom', 'china-telecom', 'china-broadnet'] as const;
export type Operator = (typeof operators)[number];

/** MCC 460 with its network codes (ITU-T E.212, operational bulletin list). */
const networks: Readonly<Record<string, Operator>> = {
  '46000': 'china-mobile',
  '46002': 'china-mobile',
  '46004': 'china-mobile',
  '46007': 'china-mobile',
  '46008': 'china-mobile',
  '46013': 'china-mobile',
  '46001': 'china-unicom',
  '46006': 'china-unicom',
  '46009': 'china-unicom',
  '46010': 'china-unicom',
  '46003': 'china-telecom',
  '46005': 'china-telecom',
  '46011': 'china-telecom',
  '46012': 'china-telecom',
  '46015': 'china-broadnet',
};

/** What modems print for the long and short alphanumeric formats of +COPS (TS 27.007 §7.3), case and signs apart. */
const names: readonly [RegExp, Operator][] = [
  [/^(china)?mobile|^cmcc|移动/, 'china-mobile'],
  [/unicom|^cucc|^chncu|联通/, 'china-unicom'],
  [/telecom|^ctcc|^chnct|^ct$|电信/, 'china-telecom'],
  [/broadnet|^cbn|广电/, 'china-broadnet'],
];

/** Whose network a modem names: by code or by any of its names. Others (roaming, test networks) stay as they are told. */
export function readOperator(told: string): string {
  const text = told.trim();
  const plain = text.toLowerCase().replace(/[^a-z0-9\u4e00-\u9fff]/g, '');
  return networks[plain] ?? names.find(([pattern]) => pattern.test(plain))?.[1] ?? text;
}
