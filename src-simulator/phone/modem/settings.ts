import type { ModemOptions } from '../options.ts';

/** What AT commands set and a restart forgets; nothing here is stored over power-off. */
export interface Settings {
  echo: boolean;
  verbose: boolean;
  quiet: boolean;
  /** ATX0…4: which of BUSY and NO DIALTONE are told apart from NO CARRIER. */
  progress: number;
  registers: Map<number, number>;
  /** Plain on/off and level settings by command name: "+CLIP" → 1, "&D" → 2. */
  levels: Map<string, number>;
  charset: 'GSM' | 'IRA' | 'UCS2';
  /** 0 long, 1 short, 2 numeric. */
  operatorFormat: number;
}

/** Factory defaults: E1 V1 Q0 X4 &C1 &D2 S0=0, all unsolicited reports off. */
export function factorySettings(options: ModemOptions): Settings {
  return {
    echo: true,
    verbose: true,
    quiet: false,
    progress: 4,
    registers: new Map([
      [0, 0],
      [3, 13],
      [4, 10],
      [5, 8],
      [7, 60],
    ]),
    levels: new Map([
      ['&C', 1],
      ['&D', 2],
      ['+CVHU', options.voiceHangUpControl],
      ['^DSCI', options.dsci ? 1 : 0],
      ['ccinfo', options.ccinfo ? 1 : 0],
      ...options.reports.map((name): [string, number] => [name, 1]),
      ['+CLVL', 5],
      ['+VTD', 1],
    ]),
    charset: 'GSM',
    operatorFormat: 0,
  };
}
