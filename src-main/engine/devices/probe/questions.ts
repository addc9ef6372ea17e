/** What a question is about: the sections of the report. */
export const groups = ['identity', 'card', 'network', 'calls', 'reports', 'slots', 'sound', 'text', 'ports'] as const;
type Group = (typeof groups)[number];

export interface Question {
  readonly group: Group;
  readonly command: string;
  /** In the report, for a reader who does not know the command by heart. */
  readonly about: string;
  readonly timeoutMs?: number;
}

const cardTimeoutMs = 10_000;
const of =
  (group: Group) =>
  (command: string, about: string, timeoutMs?: number): Question => ({
    group,
    command,
    about,
    ...(timeoutMs ? { timeoutMs } : {}),
  });
const identity = of('identity');
const card = of('card');
const network = of('network');
const calls = of('calls');
const reports = of('reports');
const slots = of('slots');
const sound = of('sound');
const text = of('text');
const ports = of('ports');

/**
 * Everything that is asked of a phone nobody has seen: test forms (`=?`), read forms (`?`) and plain queries. Nothing
 * here dials, answers, hangs up, writes a setting or spends a PIN try; a test holds the list to that.
 */
export const questions: readonly Question[] = [
  identity('AT+CGMI', 'maker'),
  identity('AT+CGMM', 'model'),
  identity('AT+CGMR', 'firmware'),
  identity('ATI', 'the same in one'),
  identity('AT+CGSN', 'IMEI'),
  identity('AT+GCAP', 'capabilities'),
  identity('AT+CMEE?', 'error numbers'),
  identity('AT&V', 'settings as they are', 5_000),
  card('AT+CPIN?', 'state of the card', cardTimeoutMs),
  card('AT+CPINR="SIM PIN"', 'PIN tries, standard', cardTimeoutMs),
  card('AT+QPINC?', 'PIN tries, Quectel', cardTimeoutMs),
  card('AT+SPIC', 'PIN tries, SIMCom', cardTimeoutMs),
  card('AT+CCID', 'ICCID', cardTimeoutMs),
  card('AT+ICCID', 'ICCID', cardTimeoutMs),
  card('AT+QCCID', 'ICCID, Quectel', cardTimeoutMs),
  card('AT+CICCID', 'ICCID, SIMCom', cardTimeoutMs),
  card('AT^ICCID?', 'ICCID, Huawei', cardTimeoutMs),
  card('AT+CIMI', 'IMSI', cardTimeoutMs),
  card('AT+CNUM', 'own number', cardTimeoutMs),
  network('AT+CREG?', 'registration'),
  network('AT+CGREG?', 'registration, packet'),
  network('AT+CEREG?', 'registration, LTE'),
  network('AT+CIREG?', 'registration, IMS (VoLTE)'),
  network('AT+COPS?', 'operator', cardTimeoutMs),
  network('AT+CSQ', 'signal'),
  network('AT+CESQ', 'signal, LTE'),
  network('AT+CFUN?', 'radio on'),
  calls('AT+CLCC', 'calls that run'),
  calls('AT+CLCC=?', 'list of calls'),
  calls('AT+CHLD=?', 'hold, swap, release one'),
  calls('AT+CHUP=?', 'hang up'),
  calls('AT+CVHU=?', 'whether ATH hangs up'),
  calls('AT+CVHU?', 'whether ATH hangs up, now'),
  calls('AT+CEER', 'cause of the last end'),
  calls('AT+CPAS', 'activity'),
  calls('AT+VTS=?', 'DTMF'),
  calls('AT+VTD?', 'length of a DTMF tone'),
  calls('AT+CLIP=?', 'number of the caller'),
  calls('AT+CRC=?', 'kind of a ring'),
  calls('AT+CCWA=?', 'call waiting'),
  calls('AT+COLP=?', 'number that answered (slows ATD down)'),
  calls('AT+CSSN=?', 'held, forwarded'),
  calls('ATS0?', 'automatic answer'),
  reports('AT^DSCI=?', 'call states, Quectel'),
  reports('AT+QINDCFG="ccinfo"', 'call states, Quectel'),
  reports('AT+QINDCFG=?', 'reports, Quectel'),
  reports('AT^CURC=?', 'reports, Huawei'),
  reports('AT+CLCC?', 'call rows unasked, SIMCom'),
  slots('AT+JHSLOT=?', 'slots, Jinhu'),
  slots('AT+JHSLOT?', 'slot now, Jinhu'),
  slots('AT+JHSIM=?', 'two cards at once, Jinhu'),
  slots('AT+JHSIM?', 'which of the two, Jinhu'),
  slots('AT+CSUS=?', 'slots, standard'),
  slots('AT+CSUS?', 'slot now, standard'),
  slots('AT+QUIMSLOT=?', 'slots, Quectel'),
  slots('AT+QUIMSLOT?', 'slot now, Quectel'),
  slots('AT+QDSIM=?', 'slots, Quectel (dual)'),
  slots('AT+QDSIM?', 'slot now, Quectel (dual)'),
  slots('AT+SWITCHSIM=?', 'slots, SIMCom'),
  slots('AT+SWITCHSIM?', 'slot now, SIMCom'),
  slots('AT+DUALSIM?', 'two cards at once, SIMCom'),
  slots('AT+GTDUALSIM=?', 'slots, Fibocom'),
  slots('AT+GTDUALSIM?', 'slot now, Fibocom', cardTimeoutMs),
  slots('AT^SIMSLOT?', 'slot now, MeiG'),
  sound('AT+QPCMV=?', 'sound over a port, Quectel'),
  sound('AT+QPCMV?', 'sound over a port now, Quectel'),
  sound('AT+CPCMREG=?', 'sound over a port, SIMCom'),
  sound('AT+JHUPL=?', 'who speaks to the customer, Jinhu'),
  sound('AT+QAUDMOD=?', 'sound path, Quectel'),
  sound('AT+CMUT=?', 'mute'),
  sound('AT+CLVL=?', 'loudness'),
  text('AT+CUSD=?', 'USSD (balance)'),
  text('AT+CUSD?', 'USSD reports now'),
  text('AT+CSCS=?', 'character sets'),
  text('AT+CSCS?', 'character set now'),
  ports('AT+IPR?', 'baud rate (0 = found out)'),
  ports('AT+QCFG="usbcfg"', 'USB parts, Quectel'),
  ports('AT+QURCCFG="urcport"', 'where reports come, Quectel'),
];
